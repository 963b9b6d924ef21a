package dev.stockade.core.linux;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.Out;
import org.jspecify.annotations.Nullable;

/**
 * The C library's functions as jnr-ffi binds them; errno is read by {@link Sys} right after each
 * call. Public only because jnr-ffi implements it in a class loader of its own.
 */
public interface LibC {
  LibC INSTANCE = LibraryLoader.create(LibC.class).load("c");
  Runtime RUNTIME = Runtime.getRuntime(INSTANCE);

  Pointer calloc(long count, long size);

  void free(Pointer memory);

  int memfd_create(String name, int flags);

  int open(String path, int flags);

  int mkdir(String path, int mode);

  int rmdir(String path);

  int ftruncate(int fd, long length);

  Pointer mmap(Pointer address, long length, int prot, int flags, int fd, long offset);

  int munmap(Pointer address, long length);

  int socketpair(int domain, int type, int protocol, @Out int[] fds);

  int setsockopt(int fd, int level, int name, Pointer value, int length);

  int pipe2(@Out int[] fds, int flags);

  long sendmsg(int fd, Pointer header, int flags);

  long recvmsg(int fd, Pointer header, int flags);

  int ppoll(Pointer fds, long count, Pointer timeout, Pointer signalMask);

  long read(int fd, Pointer buffer, long length);

  long write(int fd, Pointer buffer, long length);

  long pwrite(int fd, Pointer buffer, long length, long offset);

  long pread(int fd, Pointer buffer, long length, long offset);

  long sendfile(int out, int in, @Nullable Pointer offset, long count);

  long lseek(int fd, long offset, int whence);

  int close(int fd);

  int posix_spawn_file_actions_init(Pointer actions);

  int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

  int posix_spawn_file_actions_destroy(Pointer actions);

  int posix_spawnp(
      Pointer pid,
      Pointer path,
      Pointer fileActions,
      @Nullable Pointer attributes,
      Pointer arguments,
      Pointer environment);

  int wait4(int pid, @Out int[] status, int options, Pointer usage);

  int fcntl(int fd, int command, int argument);

  int fchmod(int fd, int mode);

  int ioctl(int fd, long request, Pointer argument);

  long syscall(long number, long a, long b, long c, long d);
}
