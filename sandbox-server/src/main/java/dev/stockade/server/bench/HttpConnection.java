package dev.stockade.server.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One HTTP/1.1 connection that stays open, read and written by its caller's thread: a client that
 * costs next to nothing, so that what is measured is the server.
 */
final class HttpConnection implements AutoCloseable {
  private static final String LENGTH = "content-length:";
  private static final int LONGEST_HEAD = 16 * 1024;
  private static final int TIMEOUT_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private HttpConnection(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  static HttpConnection open(String host, int port) throws IOException {
    return new HttpConnection(new Socket(host, port));
  }

  static String post(String path, String json) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
        + json.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + json;
  }

  static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  }

  /** Sends a request and reads the answer: its body, which has a Content-Length. */
  String exchange(byte[] request) throws IOException {
    out.write(request);
    byte[] body = in.readNBytes(bodyLength(head()));
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Sends a request and reads the answer: whether its status is 200. */
  boolean isOk(byte[] request) throws IOException {
    out.write(request);
    String head = head();
    in.skipNBytes(bodyLength(head));
    return head.startsWith("HTTP/1.1 200 ");
  }

  /** Everything before the body, the empty line included. */
  private String head() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream(512);
    int last = 0; // the last four bytes
    while (last != 0x0d0a0d0a) {
      int next = in.read();
      if (next < 0 || head.size() > LONGEST_HEAD) {
        throw new EOFException("the server's answer has no end of its headers");
      }
      head.write(next);
      last = last << 8 | next;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  static int bodyLength(String head) throws IOException {
    for (String line : head.split("\r\n")) {
      if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
        return Integer.parseInt(line.substring(LENGTH.length()).strip());
      }
    }
    throw new IOException("the server's answer has no Content-Length: " + head);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
