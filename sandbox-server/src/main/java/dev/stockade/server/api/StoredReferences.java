package dev.stockade.server.api;

import dev.stockade.server.files.FileStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * The hashes in a job's body, found without understanding it: the server has just started, and does
 * not know its languages yet.
 */
final class StoredReferences {
  private final Set<String> found = new HashSet<>();

  private StoredReferences() {}

  /** Every one that may be a reference to a stored file; perhaps some that is none. */
  static Set<String> in(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    StoredReferences references = new StoredReferences();
    if (text.contains(ContentReader.SHA256) || text.contains("\\u")) {
      references.search(StrictJson.decode(body));
    }
    return references.found;
  }

  private void search(Object value) {
    if (value instanceof JsonObject object) {
      if (object.getValue(ContentReader.SHA256) instanceof String hash && FileStore.isName(hash)) {
        found.add(hash);
      }
      for (String key : object.fieldNames()) {
        search(object.getValue(key));
      }
    } else if (value instanceof JsonArray array) {
      array.forEach(this::search);
    }
  }
}
