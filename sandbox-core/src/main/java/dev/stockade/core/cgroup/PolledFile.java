package dev.stockade.core.cgroup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.stockade.core.fault.SandboxException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A small control file that is kept open and read again from its start: no open(2) and close(2) per
 * look. Thread-safe.
 *
 * <p>Not a {@code FileChannel}: an interrupt of a reading thread would close that for all.
 */
final class PolledFile implements AutoCloseable {
  private static final int LARGEST = 4096;

  private final Path path;
  private final RandomAccessFile file;
  private final byte[] buffer = new byte[LARGEST];

  /**
   * @param mode {@code "r"} or {@code "rw"}
   */
  PolledFile(Path path, String mode) throws IOException {
    this.path = path;
    this.file = new RandomAccessFile(path.toFile(), mode);
  }

  synchronized String read() {
    try {
      return text();
    } catch (IOException e) {
      throw new SandboxException("read(" + path + "): " + Kernfs.cause(e), e);
    }
  }

  /** As {@link #read()}; {@code null} on EOPNOTSUPP: the kernel can, but was told not to. */
  synchronized @Nullable String readIfSupported() {
    try {
      return text();
    } catch (IOException e) {
      if (Kernfs.cause(e).equals("EOPNOTSUPP")) {
        return null;
      }
      throw new SandboxException("read(" + path + "): " + Kernfs.cause(e), e);
    }
  }

  private String text() throws IOException {
    file.seek(0);
    int length = Math.max(0, file.read(buffer));
    return new String(buffer, 0, length, ISO_8859_1);
  }

  /** Says whether the file takes writes: EINVAL is how a control file says that it does not. */
  synchronized boolean write(String value) {
    try {
      file.seek(0);
      file.write(value.getBytes(ISO_8859_1));
      return true;
    } catch (IOException e) {
      if (Kernfs.cause(e).equals("EINVAL")) {
        return false;
      }
      throw new SandboxException("write(\"" + value + "\" → " + path + "): " + Kernfs.cause(e), e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new SandboxException("close(" + path + "): " + Kernfs.cause(e), e);
    }
  }
}
