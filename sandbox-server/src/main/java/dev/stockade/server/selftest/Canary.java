package dev.stockade.server.selftest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What an attack would have to touch on the host: see {@link CanaryKind}. One at a time uses it.
 */
public final class Canary implements AutoCloseable {
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);
  private static final String MODE = "rwxrwxrwx";

  /** RFC 5737: nobody's. */
  private static final String NOBODYS_ADDRESS = "192.0.2.1";

  private static final int BACKLOG = 50;

  private final String secret = "canary-" + UUID.randomUUID();
  private final String mark = "100." + (100_000 + new SecureRandom().nextInt(900_000));
  private final Path folder;
  private final Path file;
  private final ServerSocket listening;
  private final AtomicInteger connections = new AtomicInteger();
  private final CanaryProcess process;
  private final HostTraces traces = new HostTraces(mark);

  public Canary() {
    try {
      folder = Files.createTempDirectory("stockade-canary");
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(MODE));
      file = folder.resolve("file");
      plant();
      listening = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
      process = new CanaryProcess(secret);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread acceptor = new Thread(this::accept, "canary");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  private void plant() throws IOException {
    Files.writeString(file, secret);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(MODE));
    Files.getFileAttributeView(file, BasicFileAttributeView.class)
        .setTimes(LONG_AGO, LONG_AGO, null);
  }

  /** Stands in the file, in the process's arguments and in its environment. */
  public String secret() {
    return secret;
  }

  /** On the command line of whatever attacks start, and of nothing else; a number of seconds. */
  public String mark() {
    return mark;
  }

  public Path folder() {
    return folder;
  }

  public Path file() {
    return file;
  }

  public int port() {
    return listening.getLocalPort();
  }

  public long pid() {
    return process.pid();
  }

  /** A policy that shows the folder at /canary. */
  public String policy() {
    return "extends: default\nbinds:\n  - {source: " + folder + ", target: /canary}\n";
  }

  /** An address of the host that is not its loopback. */
  public String hostAddress() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
          .map(InetAddress::getHostAddress)
          .findFirst()
          .orElse(NOBODYS_ADDRESS);
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  Placeholders placeholders() {
    String address = hostAddress();
    Map<String, String> values = new HashMap<>();
    values.put("attack.mark", mark);
    values.put("attack.nap", "sleep " + mark);
    values.put("canary.file", file.toString());
    values.put("canary.folder", folder.toString());
    values.put("canary.folder.parent", String.valueOf(folder.getParent()));
    values.put("canary.port", Integer.toString(port()));
    values.put("canary.pid", Long.toString(pid()));
    values.put("server.pid", Long.toString(ProcessHandle.current().pid()));
    values.put("host.address", address);
    values.put("host.network", address.substring(0, address.lastIndexOf('.')));
    // Some kernels, User-Mode Linux's, have no IPv6.
    values.put(
        "host.ipv6", Files.exists(Path.of("/proc/net/if_inet6")) ? "ECONNREFUSED" : "EAFNOSUPPORT");
    return new Placeholders(values);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        listening.accept().close();
        connections.incrementAndGet();
      } catch (IOException closed) {
        return;
      }
    }
  }

  /**
   * What was touched since the last time, each with its kind; what can be mended is as before
   * again.
   */
  public List<String> harm() {
    List<String> harm = new ArrayList<>();
    try {
      files(harm);
    } catch (IOException e) {
      harm.add(CanaryKind.FILES + ": " + e);
    }
    int connected = connections.getAndSet(0);
    if (connected > 0) {
      harm.add(CanaryKind.PORT + ": " + connected + " connections");
    }
    if (!process.isAlive()) {
      harm.add(CanaryKind.PROCESS + ": it is gone");
    }
    traces.addTo(harm);
    return harm;
  }

  private void files(List<String> harm) throws IOException {
    int before = harm.size();
    String prefix = CanaryKind.FILES + ": ";
    try (var beside = Files.list(folder)) {
      for (Path path : beside.filter(path -> !path.equals(file)).toList()) {
        harm.add(prefix + "new beside it: " + path.getFileName());
      }
    }
    if (!Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      harm.add(prefix + "it is gone");
      return;
    }
    if (!Files.readString(file).equals(secret)) {
      harm.add(prefix + "its content is " + Files.readString(file));
    }
    if (!Files.getLastModifiedTime(file).equals(LONG_AGO)) {
      harm.add(prefix + "it was modified at " + Files.getLastModifiedTime(file));
    }
    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    if (!mode.equals(MODE)) {
      harm.add(prefix + "its mode is " + mode);
    }
    if (harm.size() > before) {
      plant();
    }
  }

  @Override
  public void close() {
    process.close();
    try {
      listening.close();
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("the canary in " + folder + " could not be removed", e);
    }
  }
}
