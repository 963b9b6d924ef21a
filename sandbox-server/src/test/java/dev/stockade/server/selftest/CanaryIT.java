package dev.stockade.server.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** That the canaries notice: each is harmed, outside of any sandbox. */
final class CanaryIT {
  private Canary canary;

  @BeforeEach
  void plant() {
    canary = new Canary();
    assertEquals(List.of(), canary.harm());
  }

  @AfterEach
  void remove() {
    canary.close();
  }

  private void assertNoticed(String... harm) {
    assertEquals(List.of(harm), canary.harm());
    assertEquals(List.of(), canary.harm(), "and it is mended");
  }

  /** The first harm that is seen, which may take a moment. */
  private List<String> awaitHarm() throws InterruptedException {
    List<String> harm = canary.harm();
    for (int i = 0; harm.isEmpty() && i < 60_000; i++) {
      Thread.sleep(1);
      harm = canary.harm();
    }
    return harm;
  }

  @Test
  void aWrite() throws IOException {
    Files.writeString(canary.file(), "x");
    List<String> harm = canary.harm();
    assertEquals("FILES: its content is x", harm.get(0));
    assertTrue(harm.get(1).startsWith("FILES: it was modified at "), harm::toString);
    assertEquals(List.of(), canary.harm(), "and it is mended");
  }

  @Test
  void aMode() throws IOException {
    Files.setPosixFilePermissions(canary.file(), PosixFilePermissions.fromString("rw-rw-rw-"));
    assertNoticed("FILES: its mode is rw-rw-rw-");
  }

  @Test
  void aNewFileBesideIt() throws IOException {
    Path beside = Files.createFile(canary.folder().resolve("new"));
    List<String> harm = canary.harm();
    Files.delete(beside);
    assertEquals(List.of("FILES: new beside it: new"), harm);
  }

  @Test
  void aSymlinkInItsPlace() throws IOException {
    Files.delete(canary.file());
    Files.createSymbolicLink(canary.file(), Path.of("/etc/passwd"));
    assertEquals(List.of("FILES: it is gone"), canary.harm());
    Files.delete(canary.file());
  }

  @Test
  void aConnection() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), canary.port())) {
      assertEquals(-1, socket.getInputStream().read());
    }
    assertEquals(List.of("PORT: 1 connections"), awaitHarm()); // it is counted after the close
  }

  @Test
  void theEndOfItsProcess() throws Exception {
    ProcessHandle.of(canary.pid()).orElseThrow().destroyForcibly();
    // Whoever waits for the process may know of its end before the canary does.
    assertEquals(List.of("PROCESS: it is gone"), awaitHarm());
  }

  @Test
  void aSurvivor() throws Exception {
    Process survivor = new ProcessBuilder("sleep", canary.mark()).start();
    try {
      // Java goes on when execve(2) has closed a pipe, just before it sets the command line.
      assertEquals(
          List.of("SURVIVORS: " + survivor.pid() + " sleep " + canary.mark()), awaitHarm());
    } finally {
      survivor.destroyForcibly().waitFor();
    }
    assertEquals(List.of(), canary.harm());
  }

  @Test
  void sharedMemoryAndFilesWithItsMark() throws IOException {
    Path left = Files.createFile(Path.of("/dev/shm", canary.mark()));
    Path other = Files.createFile(Path.of("/tmp", "x" + canary.mark()));
    List<String> harm = canary.harm();
    Files.delete(left);
    Files.delete(other);
    assertEquals(List.of("SHARED_MEMORY: " + left, "FILES: " + other), harm);
  }

  @Test
  void aSegmentWithItsMark() throws Exception {
    String key = canary.mark().substring(canary.mark().indexOf('.') + 1);
    if (python("shmget(" + key + ", 4096, 0o1600)") != 0) {
      throw new TestAbortedException("needs python3, to make a segment");
    }
    List<String> harm = canary.harm();
    python("shmctl(LIBC.shmget(" + key + ", 0, 0), 0, None)");
    assertEquals(1, harm.size(), harm::toString);
    assertTrue(harm.get(0).startsWith("SHARED_MEMORY: sysvipc/shm " + key), harm::toString);
    assertEquals(List.of(), canary.harm());
  }

  private static int python(String call) throws IOException, InterruptedException {
    String script = "import ctypes; LIBC = ctypes.CDLL(None); exit(LIBC." + call + " < 0)";
    try {
      return new ProcessBuilder("python3", "-c", script).start().waitFor();
    } catch (IOException missing) {
      return -1;
    }
  }
}
