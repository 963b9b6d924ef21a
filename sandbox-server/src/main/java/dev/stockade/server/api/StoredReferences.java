package dev.stockade.server.api;

import dev.stockade.server.files.FileStore;
import dev.stockade.server.job.StoredFiles;
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
    StoredReferences references = new StoredReferences();
    if (mayBeIn(body)) {
      references.search(StrictJson.decode(body));
    }
    return references.found;
  }

  /** Whether a body has what may be a reference; cheap. */
  static boolean mayBeIn(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    return text.contains(ContentReader.SHA256) || text.contains("\\u");
  }

  /** Looks up the files to which a body may refer. May block. */
  static void lookUp(StoredFiles files, byte[] body) {
    if (files.areShared()) {
      files.lookUp(in(body));
    }
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
