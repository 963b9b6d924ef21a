package dev.stockade.core.cgroup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.NativeBuffer;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.linux.SystemCallException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A small control file that is kept open: each look at it is one pread(2), each change one
 * write(2). Thread-safe.
 *
 * <p>Not a {@code FileChannel}: an interrupt of a reading thread would close that for all.
 */
final class PolledFile implements AutoCloseable {
  private static final int LARGEST = 4096;

  private final Path path;
  private final Fd file;
  private final NativeBuffer buffer = NativeBuffer.allocate(LARGEST);

  private PolledFile(Path path, Fd file) {
    this.path = path;
    this.file = file;
  }

  /** Opens a file that exists, to read it. */
  static PolledFile open(Path path) {
    return new PolledFile(path, Sys.openForReading(path.toString()));
  }

  /** Opens a file that exists, to read and to write it. */
  static PolledFile openWritable(Path path) {
    return new PolledFile(path, Sys.openForBoth(path.toString()));
  }

  synchronized String read() {
    try {
      return text();
    } catch (SystemCallException e) {
      throw new SandboxException("read(" + path + "): " + e.errno(), e);
    }
  }

  /** As {@link #read()}; {@code null} on EOPNOTSUPP: the kernel can, but was told not to. */
  synchronized @Nullable String readIfSupported() {
    try {
      return text();
    } catch (SystemCallException e) {
      if (e.is(Errno.EOPNOTSUPP)) {
        return null;
      }
      throw new SandboxException("read(" + path + "): " + e.errno(), e);
    }
  }

  private String text() {
    byte[] text = new byte[Sys.readAt(file, buffer, 0)];
    buffer.get(text, 0, text.length);
    return new String(text, ISO_8859_1);
  }

  /** Says whether the file takes writes: EINVAL is how a control file says that it does not. */
  synchronized boolean write(String value) {
    try {
      Sys.writeFully(file, value.getBytes(ISO_8859_1));
      return true;
    } catch (SystemCallException e) {
      if (e.is(Errno.EINVAL)) {
        return false;
      }
      throw new SandboxException("write(\"" + value + "\" → " + path + "): " + e.errno(), e);
    }
  }

  @Override
  public synchronized void close() {
    file.close();
    buffer.close();
  }
}
