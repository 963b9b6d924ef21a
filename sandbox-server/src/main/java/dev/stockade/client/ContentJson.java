package dev.stockade.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;

/** Input of a job as the contract writes it. */
final class ContentJson {
  private ContentJson() {}

  /** As {@code Content}, or {@code Bytes}: text is itself. */
  static JsonNode of(Content content) {
    return content instanceof Content.Text text
        ? JsonNodeFactory.instance.textNode(text.text())
        : object(content);
  }

  /** As {@code InputFile}: text has a key as well. */
  static ObjectNode object(Content content) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (content instanceof Content.Text text) {
      return json.put("content", text.text());
    }
    if (content instanceof Content.Stored stored) {
      return json.put("sha256", stored.sha256());
    }
    byte[] bytes = ((Content.Bytes) content).bytes();
    return json.put("base64", Base64.getEncoder().encodeToString(bytes));
  }
}
