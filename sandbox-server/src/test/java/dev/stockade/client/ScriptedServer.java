package dev.stockade.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Gives the answers that it was told to, one for each connection, whatever is asked. */
final class ScriptedServer implements AutoCloseable {
  private final ServerSocket socket;
  private final Queue<String> answers = new ConcurrentLinkedQueue<>();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  ScriptedServer() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "scripted-server");
    thread.setDaemon(true);
    thread.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  void answer(int status, String type, String body) {
    answers.add(head(status, type, body.getBytes(UTF_8).length) + body);
  }

  /** An answer of which some more is promised than comes. */
  void breakOff(String type, String body) {
    answers.add(head(200, type, body.getBytes(UTF_8).length + 1000) + body);
  }

  private static String head(int status, String type, int length) {
    return "HTTP/1.1 "
        + status
        + " Said\r\nConnection: close\r\nContent-Type: "
        + type
        + "\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  /** Of each request the method, and behind which event it goes on. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  private void serve() {
    while (true) {
      try (Socket client = socket.accept()) {
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8));
        String request = lines.readLine();
        if (request == null) {
          continue;
        }
        String said = request.substring(0, request.indexOf(' '));
        int body = 0;
        for (String line = lines.readLine();
            line != null && !line.isEmpty();
            line = lines.readLine()) {
          String[] header = line.split(": ", 2);
          if (header[0].equalsIgnoreCase("Last-Event-ID")) {
            said += " after " + header[1];
          } else if (header[0].equalsIgnoreCase("Content-Length")) {
            body = Integer.parseInt(header[1]);
          }
        }
        for (int i = 0; i < body; i++) { // one byte each: what is sent here is ASCII
          lines.read();
        }
        asked.add(said);
        client.getOutputStream().write(answers.remove().getBytes(UTF_8));
      } catch (IOException closed) {
        if (socket.isClosed()) {
          return;
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
