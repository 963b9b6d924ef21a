package dev.stockade.core.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jnr.ffi.Pointer;

/**
 * One end of a SOCK_SEQPACKET pair that carries messages of one 64-bit word and some descriptors
 * (SCM_RIGHTS, unix(7)). One sender and one receiver at a time.
 */
public final class MessageSocket implements AutoCloseable {
  /** The most descriptors in one message; the kernel's own limit is 253 (SCM_MAX_FD). */
  public static final int MAX_FDS = 64;

  private static final int HEADER = 0;
  private static final int FLAGS = 48;
  private static final int IOVEC = 56;
  private static final int WORD = 72;
  private static final int CONTROL = 80;
  private static final int CMSG_HEADER = 16;

  /** A {@code struct ucred { pid_t pid; uid_t uid; gid_t gid; }} and its header, as CMSG_SPACE. */
  private static final int CREDENTIALS_SIZE = CMSG_HEADER + 16;

  private static final int CONTROL_SIZE = CREDENTIALS_SIZE + CMSG_HEADER + MAX_FDS * 4;
  private static final int SIZE = CONTROL + CONTROL_SIZE;

  private final Fd fd;
  private final NativeBuffer outBuffer = NativeBuffer.allocate(SIZE);
  private final NativeBuffer inBuffer = NativeBuffer.allocate(SIZE);
  private final PollSet readable = new PollSet(1);

  public MessageSocket(Fd fd) {
    this.fd = fd;
  }

  /**
   * A received message; whoever receives it owns its descriptors.
   *
   * @param sender pid of the process that has sent it, as it is numbered here; 0 when the socket
   *     does not {@linkplain #tellSenders say}
   */
  public record Message(long word, List<Fd> fds, int sender) {}

  /** From now on messages say who has sent them. */
  public void tellSenders() {
    Sys.tellSenders(fd);
  }

  /** Sends a word and descriptors, which stay the caller's. */
  public void send(long word, Fd... fds) {
    if (fds.length > MAX_FDS) {
      throw new IllegalArgumentException(fds.length + " descriptors in one message");
    }
    Pointer out = outBuffer.pointer();
    int controlLength = fds.length == 0 ? 0 : CMSG_HEADER + fds.length * 4;
    header(out, fds.length == 0 ? 0 : align8(controlLength));
    out.putLong(WORD, word);
    if (fds.length > 0) {
      out.putLong(CONTROL, controlLength);
      out.putInt(CONTROL + 8, (int) Constants.SOL_SOCKET);
      out.putInt(CONTROL + 12, (int) Constants.SCM_RIGHTS);
      for (int i = 0; i < fds.length; i++) {
        out.putInt(CONTROL + CMSG_HEADER + i * 4L, fds[i].number());
      }
    }
    while (LibC.INSTANCE.sendmsg(fd.number(), out, (int) Constants.MSG_NOSIGNAL) < 0) {
      if (Sys.lastErrno() != Errno.EINTR.number()) {
        throw Sys.failure("sendmsg(" + fd + ")");
      }
    }
  }

  /**
   * Receives the next message, or nothing when the other end is closed.
   *
   * @param timeoutNanos how long to wait
   * @throws SystemCallException ETIMEDOUT when nothing came in time; EMFILE when descriptors of the
   *     message were lost because this process may not have more, see MSG_CTRUNC in recvmsg(2)
   */
  public Optional<Message> receive(long timeoutNanos) {
    long deadline = System.nanoTime() + timeoutNanos;
    readable.watch(0, fd, Constants.POLLIN);
    while (Sys.poll(readable, Math.max(0, deadline - System.nanoTime())) == 0) {
      if (System.nanoTime() - deadline >= 0) {
        throw new SystemCallException("recvmsg(" + fd + ")", Errno.ETIMEDOUT.number());
      }
    }
    Pointer in = inBuffer.pointer();
    header(in, CONTROL_SIZE);
    long count;
    while ((count = LibC.INSTANCE.recvmsg(fd.number(), in, (int) Constants.MSG_CMSG_CLOEXEC)) < 0) {
      int errno = Sys.lastErrno();
      if (errno == Errno.ECONNRESET.number()) {
        return Optional.empty();
      }
      if (errno != Errno.EINTR.number()) {
        throw Sys.failure("recvmsg(" + fd + ")");
      }
    }
    List<Fd> fds = new ArrayList<>();
    int sender = 0;
    long end = CONTROL + in.getLong(40);
    for (long at = CONTROL; at + CMSG_HEADER <= end; at += align8((int) in.getLong(at))) {
      long data = at + CMSG_HEADER;
      if (in.getInt(at + 12) == Constants.SCM_CREDENTIALS) {
        sender = in.getInt(data);
      } else if (in.getInt(at + 12) == Constants.SCM_RIGHTS) {
        for (long bytes = in.getLong(at) - CMSG_HEADER; bytes >= 4; bytes -= 4, data += 4) {
          fds.add(Sys.own(in.getInt(data)));
        }
      }
    }
    if ((in.getInt(FLAGS) & Constants.MSG_CTRUNC) != 0) {
      fds.forEach(Fd::close);
      throw new SystemCallException("recvmsg(" + fd + ", SCM_RIGHTS)", Errno.EMFILE.number());
    }
    return count == 0 ? Optional.empty() : Optional.of(new Message(in.getLong(WORD), fds, sender));
  }

  public Fd fd() {
    return fd;
  }

  @Override
  public void close() {
    fd.close();
    outBuffer.close();
    inBuffer.close();
    readable.close();
  }

  /**
   * {@code struct msghdr { void *name; socklen_t namelen; struct iovec *iov; size_t iovlen; void
   * *control; size_t controllen; int flags; }}, see recvmsg(2).
   */
  private static void header(Pointer memory, long controlLength) {
    memory.putLong(HEADER, 0);
    memory.putLong(HEADER + 8, 0);
    memory.putLong(HEADER + 16, memory.address() + IOVEC);
    memory.putLong(HEADER + 24, 1);
    memory.putLong(HEADER + 32, controlLength == 0 ? 0 : memory.address() + CONTROL);
    memory.putLong(HEADER + 40, controlLength);
    memory.putLong(FLAGS, 0);
    memory.putLong(IOVEC, memory.address() + WORD);
    memory.putLong(IOVEC + 8, 8);
  }

  private static int align8(int length) {
    return (length + 7) & ~7;
  }
}
