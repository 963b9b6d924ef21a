package dev.stockade.fuzz;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What an attack would have to touch on the host: a file and a folder that everybody may write to,
 * a port on 127.0.0.1, a process with a secret on its command line and in its environment.
 */
public final class Canary {
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  private static final Canary SHARED = new Canary();

  /** Stands in the file, in the process's arguments and in its environment. */
  final String secret = "canary-" + UUID.randomUUID();

  final Path folder;
  final Path file;
  final int port;
  private final ServerSocket listening;
  private final AtomicInteger connections = new AtomicInteger();
  private final Process process;

  private Canary() {
    try {
      folder = Files.createTempDirectory("stockade-canary");
      file = folder.resolve("file");
      Files.writeString(file, secret);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
      Files.getFileAttributeView(file, java.nio.file.attribute.BasicFileAttributeView.class)
          .setTimes(LONG_AGO, LONG_AGO, null);
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      port = listening.getLocalPort();
      ProcessBuilder sleeper = new ProcessBuilder("sh", "-c", "sleep 1000; : " + secret);
      sleeper.environment().put("STOCKADE_CANARY", secret);
      process = sleeper.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread acceptor = new Thread(this::accept, "canary");
    acceptor.setDaemon(true);
    acceptor.start();
    Runtime.getRuntime().addShutdownHook(new Thread(this::end, "canary-end"));
  }

  public static Canary shared() {
    return SHARED;
  }

  long pid() {
    return process.pid();
  }

  /** Shows the canary's folder at /canary. */
  String policy() {
    return "extends: default\nbinds:\n  - {source: %s, target: /canary}\n".formatted(folder);
  }

  /** An address of the host that is not its loopback. */
  String hostAddress() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
          .map(InetAddress::getHostAddress)
          .findFirst()
          .orElse("192.0.2.1"); // RFC 5737: nobody's
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        listening.accept().close();
        connections.incrementAndGet();
      } catch (IOException e) {
        return; // closed at the end of the tests
      }
    }
  }

  /** That nothing of it was reached; its time stamps count as well. */
  public void assertUnharmed() {
    assertAll(
        () -> assertEquals(secret, Files.readString(file), "the canary's file"),
        () -> assertEquals(Map.of(), strangers(), "new files beside the canary"),
        () -> assertEquals(LONG_AGO, Files.getLastModifiedTime(file), "the canary's mtime"),
        () ->
            assertEquals(
                "rwxrwxrwx",
                PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS))),
        () -> assertEquals(0, connections.get(), "connections to the canary's port"),
        () -> assertTrue(process.isAlive(), "the canary's process"));
  }

  private Map<Path, String> strangers() throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(path -> !path.equals(file))
          .collect(java.util.stream.Collectors.toMap(path -> path, Path::toString));
    }
  }

  private void end() {
    try {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      listening.close();
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      System.err.println("the canary in " + folder + " could not be removed: " + e);
    }
  }
}
