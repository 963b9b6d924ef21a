package dev.stockade.core.seccomp;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A nameless file in memory, memfd_create(2), for libseccomp to write to. */
final class MemoryFile implements AutoCloseable {
  private static final int MFD_CLOEXEC = 1;

  private final int fd;

  private MemoryFile(int fd) {
    this.fd = fd;
  }

  static MemoryFile create(String name) {
    try {
      return new MemoryFile(LibC.INSTANCE.memfd_create(name, MFD_CLOEXEC));
    } catch (LastErrorException e) {
      throw new SandboxException(
          "memfd_create(\"" + name + "\"): " + Errno.nameOf(e.getErrorCode()), e);
    }
  }

  int fd() {
    return fd;
  }

  /** Everything written so far. */
  byte[] bytes() {
    Path path = Path.of("/proc/self/fd/" + fd);
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new SandboxException("cannot read " + path, e);
    }
  }

  @Override
  public void close() {
    try {
      LibC.INSTANCE.close(fd);
    } catch (LastErrorException e) {
      throw new SandboxException("close(" + fd + "): " + Errno.nameOf(e.getErrorCode()), e);
    }
  }

  /** The C library. */
  private interface LibC extends Library {
    LibC INSTANCE = Native.load("c", LibC.class);

    int memfd_create(String name, int flags) throws LastErrorException;

    int close(int fd) throws LastErrorException;
  }
}
