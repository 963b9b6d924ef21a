package dev.stockade.server.page;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * One file as it is sent.
 *
 * @param etag of the plain content, RFC 9110 section 8.8.3
 * @param lasting whether its path will never have another content
 */
record PageFile(String contentType, Buffer plain, Buffer gzipped, String etag, boolean lasting) {
  static PageFile of(String path, byte[] content, boolean lasting) {
    return new PageFile(
        contentType(path),
        Buffer.buffer(content),
        Buffer.buffer(gzip(content)),
        '"' + Sha256.base64(content) + '"',
        lasting);
  }

  private static String contentType(String path) {
    String ending = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (ending) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> throw new IllegalArgumentException("no content type is known for " + path);
    };
  }

  private static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail to be written", e);
    }
    return bytes.toByteArray();
  }
}
