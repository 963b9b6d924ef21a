package dev.stockade.server.api;

import dev.stockade.core.Content;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.files.FileStore;
import dev.stockade.server.job.OutputJudge;
import dev.stockade.server.job.StoredFile;
import dev.stockade.server.job.StoredFiles;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads bytes that a request has in it, or refers to by their hash. */
final class ContentReader {
  static final String SHA256 = "sha256";

  /** Of a stored file that a checker needs as a whole; as much as a body has. */
  static final ByteSize MOST_EXPECTED = ByteSize.ofMebibytes(16);

  private final FieldErrors errors;
  private final Values values;
  private final StoredFiles files;

  ContentReader(FieldErrors errors, StoredFiles files) {
    this.errors = errors;
    this.values = new Values(errors);
    this.files = files;
  }

  /** Text, or an object with nothing but {@code base64} or {@code sha256}. */
  Content read(@Nullable Object value, String field) {
    return refers(value)
        ? stored((JsonObject) value, field).map(StoredFile::content).orElse(Content.NOTHING)
        : Content.of(values.bytes(value, field));
  }

  /** What a judge compares with, which some need in the heap as a whole. */
  Content readExpected(@Nullable Object value, String field, OutputJudge judge) {
    if (!refers(value)) {
      return read(value, field);
    }
    Optional<StoredFile> file = stored((JsonObject) value, field);
    boolean bounded =
        judge instanceof OutputJudge.BuiltIn rule && !rule.checker().readsExpectedInPieces();
    if (bounded && file.isPresent() && file.get().bytes() > MOST_EXPECTED.bytes()) {
      errors.add(
          field,
          "has "
              + file.get().bytes()
              + " bytes; this checker compares with at most "
              + MOST_EXPECTED
              + ", exact and a checker program with any number");
    }
    return file.map(StoredFile::content).orElse(Content.NOTHING);
  }

  private static boolean refers(@Nullable Object value) {
    return value instanceof JsonObject object && object.containsKey(SHA256);
  }

  private Optional<StoredFile> stored(JsonObject object, String field) {
    values.onlyKeys(object, field, Set.of(SHA256), "a stored file");
    return find(object.getValue(SHA256), field + "." + SHA256);
  }

  /** The stored file of a hash. */
  Optional<StoredFile> find(@Nullable Object value, String field) {
    if (!(value instanceof String sha256)) {
      errors.add(field, "must be a string, not " + Values.kindOf(value));
    } else if (!FileStore.isName(sha256)) {
      errors.add(field, "is not 64 lower-case hexadecimal digits");
    } else {
      Optional<StoredFile> file = files.find(sha256);
      if (file.isEmpty()) {
        errors.add(field, "no such file is stored here; PUT /v1/files/" + sha256 + " stores it");
      }
      return file;
    }
    return Optional.empty();
  }
}
