package dev.stockade.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.Verdict;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Attacks by files and paths. */
final class PathAttacks {
  private PathAttacks() {}

  private static Consumer<dev.stockade.core.RunResult> fileErrors(Map<String, String> errors) {
    return result -> {
      assertEquals(Map.of(), result.files(), () -> Attack.describe(result));
      assertEquals(errors, result.fileErrors());
    };
  }

  private static final String LINK = "has a symbolic link in its path (ELOOP)";
  private static final String NOT_A_FILE = "is not a regular file";

  static final List<Attack> ALL =
      List.of(
          Attack.shell(
                  Lesson.PLANTED_LINKS,
                  "the output file is a symlink to a file of the host",
                  "ln -s %s out; ln -s /etc/shadow shadow; ln -s /proc/1/environ environ"
                      .formatted(Canary.shared().file))
              .files(
                  request -> request.outputFile("out").outputFile("shadow").outputFile("environ"))
              .check(fileErrors(Map.of("out", LINK, "shadow", LINK, "environ", LINK)))
              .build(),
          Attack.shell(
                  Lesson.PLANTED_LINKS,
                  "the output file's folder is a symlink, absolute, upwards or to /proc/self/root",
                  """
                  ln -s %s a; ln -s ../../../../../.. b; ln -s /proc/self/root c; mkdir d; ln -s .. d/e
                  """
                      .formatted(Canary.shared().folder))
              .files(
                  request ->
                      request
                          .outputFile("a/file")
                          .outputFile("b/etc/passwd")
                          .outputFile("c/etc/passwd")
                          .outputFile("d/e/d/e/etc/passwd"))
              .check(
                  fileErrors(
                      Map.of(
                          "a/file", LINK,
                          "b/etc/passwd", LINK,
                          "c/etc/passwd", LINK,
                          "d/e/d/e/etc/passwd", LINK)))
              .build(),
          Attack.shell(
                  Lesson.PLANTED_LINKS,
                  "an input file is replaced by a symlink",
                  "mv sub old; ln -s %s sub; rm old/in; ln -s %s old/in"
                      .formatted(Canary.shared().folder, Canary.shared().file))
              .files(
                  request ->
                      request
                          .file("sub/in", "input")
                          .outputFile("sub/file")
                          .outputFile("sub/in")
                          .outputFile("old/in"))
              .check(fileErrors(Map.of("sub/file", LINK, "sub/in", LINK, "old/in", LINK)))
              .build(),
          Attack.python(
                  Lesson.ODD_OUTPUT_FILES,
                  "a FIFO, a socket, a folder, a device, a file without permission, nothing",
                  """
                  from attempts import *
                  import socket
                  os.mkfifo('fifo')
                  socket.socket(socket.AF_UNIX).bind('socket')
                  os.mkdir('folder')
                  attempt('null device', os.mknod, 'device', 0o20666, os.makedev(1, 3))
                  attempt('whiteout', os.mknod, 'whiteout', 0o20666, os.makedev(0, 0))
                  open('closed', 'w').write('x'); os.chmod('closed', 0)
                  os.mkdir('closed folder'); open('closed folder/file', 'w'); os.chmod('closed folder', 0)
                  """)
              .prints("null device: EPERM", "whiteout: EPERM")
              .files(
                  request ->
                      List.of(
                              "fifo",
                              "socket",
                              "folder",
                              "device",
                              "whiteout",
                              "closed",
                              "closed folder/file",
                              "fifo/below")
                          .forEach(request::outputFile))
              .check(
                  fileErrors(
                      Map.of(
                          "fifo", NOT_A_FILE,
                          "socket", "cannot be opened: ENXIO",
                          "folder", NOT_A_FILE,
                          "device", "does not exist",
                          "whiteout", "does not exist",
                          "closed", "cannot be opened: EACCES",
                          "closed folder/file", "cannot be opened: EACCES",
                          "fifo/below", "cannot be opened: ENOTDIR")))
              .build(),
          Attack.shell(
                  Lesson.ODD_OUTPUT_FILES,
                  "the workspace itself is closed",
                  "echo x > file; chmod 0 .")
              .files(request -> request.outputFile("file"))
              .check(fileErrors(Map.of("file", "cannot be opened: EACCES")))
              .build(),
          Attack.python(
                  Lesson.ODD_OUTPUT_FILES,
                  "output files with holes are not larger than all output files may be",
                  """
                  for name in ('a', 'b'):
                      open(name, 'w').truncate(64 << 20)
                  """)
              .files(request -> request.outputFile("a").outputFile("b"))
              .check(
                  result -> {
                    assertEquals(List.of("a"), List.copyOf(result.files().keySet()));
                    assertEquals(
                        Map.of("b", "is 67108864 bytes long; 0 are left for output files"),
                        result.fileErrors());
                  })
              .build(),
          Attack.python(
                  Lesson.FRESH_FILES,
                  "nothing of the host's changing folders is there",
                  """
                  from attempts import *
                  for folder in ('/home', '/root', '/run', '/sys', '/var', '/opt', '/srv', '/mnt', '/boot',
                                 '/.host', '/oldroot', '%s'):
                      attempt(folder.split('-')[0], os.listdir, folder)
                  print(sorted(os.listdir('/')))
                  print(os.listdir('/tmp'), os.listdir('/dev/shm'), sorted(os.listdir('/dev')))
                  """
                      .formatted(Canary.shared().folder))
              .prints(
                  "/home: ENOENT",
                  "/root: ENOENT",
                  "/run: ENOENT",
                  "/sys: ENOENT",
                  "/var: ENOENT",
                  "/opt: ENOENT",
                  "/srv: ENOENT",
                  "/mnt: ENOENT",
                  "/boot: ENOENT",
                  "/.host: ENOENT",
                  "/oldroot: ENOENT",
                  "/tmp/stockade: ENOENT",
                  "['bin', 'box', 'dev', 'etc', 'lib', 'lib64', 'proc', 'sbin', 'tmp', 'usr']",
                  "[] [] ['fd', 'full', 'null', 'random', 'shm', 'stderr', 'stdin', 'stdout',"
                      + " 'urandom', 'zero']")
              .build(),
          Attack.python(
                  Lesson.CLOSED_INIT,
                  "descriptors and the working folder",
                  """
                  import os
                  print(sorted(int(fd) for fd in os.listdir('/proc/self/fd'))[:-1])
                  print([os.readlink(f'/proc/self/fd/{fd}').split(':')[0] for fd in range(3)])
                  print(os.getcwd(), os.readlink('/proc/self/cwd'), os.readlink('/proc/self/root'))
                  """)
              .prints("[0, 1, 2]", "['/memfd', 'pipe', 'pipe']", "/box /box /")
              .build(),
          Attack.python(
                  Lesson.CLOSED_INIT,
                  "init's files in /proc",
                  """
                  from attempts import *
                  for name in ('root', 'cwd', 'exe', 'mem', 'fd', 'maps', 'environ', 'cmdline', 'status', 'ns'):
                      attempt(name, os.stat, '/proc/1/' + name)
                  attempt('mem', write, '/proc/1/mem')
                  attempt('exe', os.execv, '/proc/1/exe', ['x'])
                  attempt('chdir', os.chdir, '/proc/1/root')
                  attempt('task', os.listdir, '/proc/1/task/1')
                  attempt('pidfd', os.pidfd_open, 1)
                  """)
              .prints(
                  "root: ENOENT",
                  "cwd: ENOENT",
                  "exe: ENOENT",
                  "mem: ENOENT",
                  "fd: ENOENT",
                  "maps: ENOENT",
                  "environ: ENOENT",
                  "cmdline: ENOENT",
                  "status: ENOENT",
                  "ns: ENOENT",
                  "mem: ENOENT",
                  "exe: ENOENT",
                  "chdir: ENOENT",
                  "task: ENOENT",
                  "pidfd: done")
              .build(),
          Attack.python(
                  Lesson.CLOSED_INIT,
                  "its own executable, by /proc/self/exe",
                  """
                  from attempts import *
                  refused('write', write, '/proc/self/exe')
                  refused('truncate', os.truncate, '/proc/self/exe', 0)
                  attempt('chmod', os.chmod, '/proc/self/exe', 0o777)
                  print(os.readlink('/proc/self/exe').startswith('/usr/bin/python3'))
                  """)
              .prints("write: refused", "truncate: refused", "chmod: EROFS", "True")
              .build(),
          Attack.python(
                  Lesson.NO_CGROUP_FILES,
                  "no cgroup file system, and a path that tells nothing",
                  """
                  from attempts import *
                  attempt('/sys/fs/cgroup', os.listdir, '/sys/fs/cgroup')
                  print({line.split(':', 2)[2] for line in open('/proc/self/cgroup').read().split()})
                  print([line for line in open('/proc/self/mountinfo') if 'cgroup' in line])
                  attempt('release_agent', write, '/sys/fs/cgroup/memory/release_agent', b'/box/x')
                  attempt('cgroup.procs', write, '/sys/fs/cgroup/cgroup.procs', b'1')
                  """)
              .prints(
                  "/sys/fs/cgroup: ENOENT",
                  "{'/'}",
                  "[]",
                  "release_agent: ENOENT",
                  "cgroup.procs: ENOENT")
              .build(),
          Attack.python(
                  Lesson.READ_ONLY,
                  "a file that everybody may write to, in a read-only bind",
                  """
                  from attempts import *
                  import fcntl, mmap, socket, array
                  target = '/canary/file'
                  print(os.stat(target).st_mode & 0o777 == 0o777)
                  attempt('write', write, target)
                  attempt('append', write, target, b'x', os.O_APPEND)
                  attempt('truncate', os.truncate, target, 0)
                  attempt('chmod', os.chmod, target, 0o600)
                  attempt('utime', os.utime, target)
                  attempt('unlink', os.unlink, target)
                  attempt('rename', os.rename, target, '/canary/other')
                  attempt('rename here', os.rename, target, '/box/file')
                  attempt('link', os.link, target, '/canary/other')
                  attempt('link here', os.link, target, '/box/file')
                  attempt('create', write, '/canary/new', b'x', os.O_CREAT)
                  attempt('mkdir', os.mkdir, '/canary/new')
                  attempt('symlink', os.symlink, 'x', '/canary/new')
                  attempt('mknod', os.mknod, '/canary/new')
                  attempt('setxattr', os.setxattr, target, 'user.x', b'x')
                  fd = os.open(target, os.O_RDONLY)
                  again = f'/proc/self/fd/{fd}'
                  attempt('again', write, again)
                  attempt('again truncate', os.truncate, again, 0)
                  attempt('fchmod', os.fchmod, fd, 0o600)
                  attempt('ftruncate', os.ftruncate, fd, 0)
                  attempt('O_TMPFILE', os.open, '/canary', os.O_TMPFILE | os.O_WRONLY)
                  attempt('shared mapping', mmap.mmap, fd, 0, mmap.MAP_SHARED, mmap.PROT_WRITE)
                  flags = array.array('l', [0x20])  # FS_APPEND_FL
                  attempt('FS_IOC_SETFLAGS', fcntl.ioctl, fd, 0x40086602, flags)
                  here, there = socket.socketpair()
                  socket.send_fds(here, [b'x'], [fd])
                  received = socket.recv_fds(there, 1, 1)[1][0]
                  attempt('passed', os.write, received, b'x')
                  attempt('passed again', write, f'/proc/self/fd/{received}')
                  """)
              .policy(Sandboxes.CANARY)
              .prints(
                  "True",
                  "write: EROFS",
                  "append: EROFS",
                  "truncate: EROFS",
                  "chmod: EROFS",
                  "utime: EROFS",
                  "unlink: EROFS",
                  "rename: EROFS",
                  "rename here: EXDEV",
                  "link: EROFS",
                  "link here: EXDEV",
                  "create: EROFS",
                  "mkdir: EROFS",
                  "symlink: EROFS",
                  "mknod: EROFS",
                  "setxattr: EROFS",
                  "again: EROFS",
                  "again truncate: EROFS",
                  "fchmod: EROFS",
                  "ftruncate: EINVAL",
                  "O_TMPFILE: EROFS",
                  "shared mapping: EACCES",
                  "FS_IOC_SETFLAGS: EROFS",
                  "passed: EBADF",
                  "passed again: EROFS")
              .build(),
          Attack.python(
                  Lesson.READ_ONLY,
                  "the page cache of a read-only file: splice as in Dirty Pipe, /proc/self/mem as in"
                      + " Dirty COW",
                  """
                  from attempts import *
                  import mmap
                  target = '/canary/file'
                  before = read(target)
                  fd = os.open(target, os.O_RDONLY)
                  out, into = os.pipe()
                  os.write(into, b'x' * 65536); os.read(out, 65536)
                  os.splice(fd, into, 1, offset_src=0)
                  os.write(into, b'PWNED')
                  attempt('splice into it', os.splice, out, fd, 5)
                  page = mmap.mmap(fd, 0, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE)
                  address = ctypes.addressof(ctypes.c_char.from_buffer(page))
                  mem = os.open('/proc/self/mem', os.O_RDWR)
                  attempt('mem, private', os.pwrite, mem, b'PWNED', address)
                  shared = LIBC.mmap
                  shared.restype = ctypes.c_long
                  at = shared(None, ctypes.c_long(4096), mmap.PROT_READ, mmap.MAP_SHARED, fd, ctypes.c_long(0))
                  attempt('mem, shared', os.pwrite, mem, b'PWNED', at)
                  page.madvise(mmap.MADV_DONTNEED)
                  print(read(target) == before, page[:len(before)] == before)
                  """)
              .policy(Sandboxes.CANARY)
              .prints(
                  "splice into it: EBADF", "mem, private: done", "mem, shared: EIO", "True True")
              .build(),
          Attack.python(
                  Lesson.READ_ONLY,
                  "the sandbox's own root, /etc, /dev and /usr",
                  """
                  from attempts import *
                  for path in ('/etc/passwd', '/etc/hosts', '/etc/ld.so.cache', '/usr/bin/env', '/bin/sh'):
                      refused(path, write, path)
                      attempt(path + ' chmod', os.chmod, path, 0o777)
                  for path in ('/new', '/etc/new', '/dev/new', '/usr/new', '/usr/local/bin/new'):
                      attempt(path, write, path, b'x', os.O_CREAT)
                  attempt('replace /dev/null', os.unlink, '/dev/null')
                  attempt('chmod /dev/null', os.chmod, '/dev/null', 0)
                  attempt('replace /etc', os.rename, '/etc', '/etc2')
                  attempt('/proc', os.mkdir, '/proc/x')
                  """)
              .prints(
                  "/etc/passwd: refused",
                  "/etc/passwd chmod: EROFS",
                  "/etc/hosts: refused",
                  "/etc/hosts chmod: EROFS",
                  "/etc/ld.so.cache: refused",
                  "/etc/ld.so.cache chmod: EROFS",
                  "/usr/bin/env: refused",
                  "/usr/bin/env chmod: EROFS",
                  "/bin/sh: refused",
                  "/bin/sh chmod: EROFS",
                  "/new: EROFS",
                  "/etc/new: EROFS",
                  "/dev/new: EROFS",
                  "/usr/new: EROFS",
                  "/usr/local/bin/new: EROFS",
                  "replace /dev/null: EROFS",
                  "chmod /dev/null: EROFS",
                  "replace /etc: EROFS",
                  "/proc: ENOENT")
              .build(),
          Attack.python(
                  Lesson.READ_ONLY,
                  "standard input is the server's memory",
                  """
                  from attempts import *
                  import fcntl, mmap
                  attempt('write', os.write, 0, b'x')
                  attempt('again', write, '/proc/self/fd/0')
                  attempt('truncate', os.truncate, '/proc/self/fd/0', 0)
                  attempt('grow', os.truncate, '/proc/self/fd/0', 1 << 20)
                  attempt('mapping', mmap.mmap, 0, 0, mmap.MAP_SHARED, mmap.PROT_WRITE)
                  print(hex(fcntl.fcntl(0, 1034)))  # F_GET_SEALS: F_SEAL_SEAL|SHRINK|GROW|WRITE
                  print(os.read(0, 100))
                  """)
              .files(request -> request.stdin("input"))
              .check(result -> assertEquals("", Attack.text(result.stderr())))
              .printsAnything()
              .check(
                  result ->
                      assertEquals(
                          List.of("0xf", "b'input'"),
                          Attack.text(result.stdout()).lines().skip(5).toList()))
              .ends(Verdict.OK)
              .build());
}
