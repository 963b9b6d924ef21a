package dev.stockade.server.worker;

import dev.stockade.core.Content;
import dev.stockade.core.RunRequest;
import dev.stockade.server.job.Language;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The content of a compilation: SHA-256 of everything that the compiler's answer depends on.
 *
 * <p>Each part is preceded by its length and each list by its number of parts, so that no two
 * different compilations are written as the same bytes, wherever a source puts its borders.
 *
 * @param digest in hexadecimal digits
 */
record CompileKey(String digest) {
  private static final String FORMAT = "stockade compilation 2";

  /**
   * The key of a compilation.
   *
   * @param compiler its {@linkplain Language#compilerIdentity() identity}, with the policy's text
   */
  static CompileKey of(String compiler, Language.Step step) {
    Writer writer = new Writer();
    RunRequest request = step.request();
    writer.text(FORMAT);
    writer.text(compiler);
    writer.text(step.policy());
    writer.number(request.command().size());
    request.command().forEach(writer::bytes);
    Map<String, String> environment = new TreeMap<>(request.environment());
    writer.number(environment.size());
    environment.forEach(
        (name, value) -> {
          writer.text(name);
          writer.text(value);
        });
    writer.content(request.stdin());
    writer.text(request.limits().toString());
    // In their order: it may be that of the compiler's arguments.
    writer.number(request.files().size());
    request
        .files()
        .forEach(
            (name, file) -> {
              writer.text(name);
              writer.number(file.executable() ? 1 : 0);
              writer.content(file.content());
            });
    List<String> outputs = request.outputFiles();
    writer.number(outputs.size());
    outputs.forEach(writer::text);
    return new CompileKey(writer.digest());
  }

  private static final class Writer {
    private final MessageDigest sha256;

    Writer() {
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }

    void number(long number) {
      sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
    }

    void bytes(byte[] bytes) {
      number(bytes.length);
      sha256.update(bytes);
    }

    /** A file by its path: what is in a stored file never becomes anything else. */
    void content(Content content) {
      if (content instanceof Content.InMemory memory) {
        number(0);
        bytes(memory.bytes());
      } else {
        number(1);
        text(((Content.InFile) content).path().toString());
      }
    }

    void text(String text) {
      bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    String digest() {
      return HexFormat.of().formatHex(sha256.digest());
    }
  }
}
