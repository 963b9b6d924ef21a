package dev.stockade.core.linux;

/** Files that are in memory only, memfd_create(2), Linux 3.17. */
public final class Memfd {
  private static final LibC C = LibC.INSTANCE;

  private Memfd() {}

  /** An empty one, close-on-exec and open to seals. */
  public static Fd create(String name) {
    return Sys.fd(
        call(name), C.memfd_create(name, Constants.MFD_CLOEXEC | Constants.MFD_ALLOW_SEALING));
  }

  /**
   * One that can be executed, also where {@code vm.memfd_noexec} is 1: there it takes {@code
   * MFD_EXEC}, which kernels before 6.3 do not know.
   */
  public static Fd executable(String name) {
    int flags = Constants.MFD_CLOEXEC | Constants.MFD_ALLOW_SEALING;
    int fd = C.memfd_create(name, flags | Constants.MFD_EXEC);
    if (fd < 0 && Sys.lastErrno() == Errno.EINVAL.number()) {
      fd = C.memfd_create(name, flags);
    }
    return Sys.fd(call(name), fd);
  }

  private static String call(String name) {
    return "memfd_create(\"" + name + "\")";
  }

  /** fcntl(2) F_ADD_SEALS: nothing can change the file any more. */
  public static void seal(Fd fd) {
    Sys.check(
        "fcntl(" + fd + ", F_ADD_SEALS)",
        C.fcntl(fd.number(), Constants.F_ADD_SEALS, Constants.F_SEAL_ALL));
  }

  /** A sealed one with this content, at offset 0; anyone who has it may read it. */
  public static Fd sealed(String name, byte[] content) {
    return sealed(name, new Source.OfBytes(content));
  }

  /** A sealed one with this content, at offset 0; anyone who has it may read it. */
  public static Fd sealed(String name, Source content) {
    Fd fd = create(name);
    try {
      if (content instanceof Source.OfFile file) {
        Sys.copyFrom(file, fd);
        Sys.check("lseek(" + fd + ", 0)", (int) C.lseek(fd.number(), 0, Constants.SEEK_SET));
      } else {
        byte[] bytes = ((Source.OfBytes) content).bytes();
        Sys.writeFully(
            fd, bytes, (buffer, length, done) -> C.pwrite(fd.number(), buffer, length, done));
      }
      seal(fd);
      Sys.chmod(fd, 0444);
      return fd;
    } catch (SystemCallException e) {
      fd.close();
      throw e;
    }
  }
}
