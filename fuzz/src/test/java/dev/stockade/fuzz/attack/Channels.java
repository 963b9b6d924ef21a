package dev.stockade.fuzz.attack;

import java.util.List;

/** Every channel that we know of and close. Senders ignore what is refused. */
final class Channels {
  private Channels() {}

  /**
   * One name for everything that is named, so that both sides mean the same. Another run of these
   * tests on this host has another: outside of a sandbox they would meet.
   */
  private static final String NAME = "stockade-" + ProcessHandle.current().pid();

  private static final String KEY = "0x5354%04x".formatted(ProcessHandle.current().pid() & 0xffff);

  private static final String SHM =
      """
      from contextlib import suppress
      with suppress(OSError):
          id = call(29, %s, 4096, 0o1666)  # shmget
          call(30, id, 0, 0)
      """
          .formatted(KEY);

  private static final String SHM_SEEN =
      """
      if attempt('shmget', call, 29, %s, 0, 0) is not None:
          call(31, call(29, %s, 0, 0), 0, 0)  # removes it
      """
          .formatted(KEY, KEY);

  private static final String SEM =
      "from contextlib import suppress\nwith suppress(OSError): call(64, %s, 1, 0o1666)"
          .formatted(KEY);

  private static final String SEM_SEEN =
      """
      if attempt('semget', call, 64, %s, 0, 0) is not None:
          call(66, call(64, %s, 0, 0), 0, 0, 0)
      """
          .formatted(KEY, KEY);

  private static final String MSG =
      "from contextlib import suppress\nwith suppress(OSError): call(68, %s, 0o1666)"
          .formatted(KEY);

  private static final String MSG_SEEN =
      """
      if attempt('msgget', call, 68, %s, 0) is not None:
          call(71, call(68, %s, 0), 0, 0)
      """
          .formatted(KEY, KEY);

  private static final String MQ =
      "from contextlib import suppress\n"
          + "with suppress(OSError): call(240, b'%s', 0o102, 0o666, 0)".formatted(NAME);

  private static final String MQ_SEEN =
      """
      if attempt('mq_open', call, 240, b'%s', 0, 0, 0) is not None:
          call(241, b'%s')
      """
          .formatted(NAME, NAME);

  private static final String KEYRING =
      """
      from contextlib import suppress
      for ring in (-4, -5):  # the user's keyring, the user's session keyring
          with suppress(OSError):
              call(248, b'user', b'%s', b'bit', 3, ring & 0xffffffff)
      """
          .formatted(NAME);

  private static final String KEYRING_SEEN =
      """
      for ring in (-4, -5):
          key = attempt('keyctl search', call, 250, 10, ring & 0xffffffff, b'user', b'%s', 0)
          if key is not None:
              call(250, 9, key, ring & 0xffffffff)
      attempt('request_key', call, 249, b'user', b'%s', 0, -3)
      """
          .formatted(NAME, NAME);

  private static final String FILES =
      """
      for folder in ('/tmp', '/dev/shm'):
          open(folder + '/%s', 'w').write('bit')
      """
          .formatted(NAME);

  private static final String FILES_SEEN =
      """
      for folder in ('/tmp', '/dev/shm'):
          attempt(folder, os.unlink, folder + '/%s')
      """
          .formatted(NAME);

  static final List<Channel> ALL =
      List.of(
          Channel.beside("SysV shared memory", SHM, SHM_SEEN, "shmget: ENOENT\n"),
          Channel.after("SysV shared memory", SHM, SHM_SEEN, "shmget: ENOENT\n"),
          Channel.beside("SysV semaphores", SEM, SEM_SEEN, "semget: ENOENT\n"),
          Channel.after("SysV semaphores", SEM, SEM_SEEN, "semget: ENOENT\n"),
          Channel.beside("SysV message queues", MSG, MSG_SEEN, "msgget: ENOENT\n"),
          Channel.after("SysV message queues", MSG, MSG_SEEN, "msgget: ENOENT\n"),
          Channel.beside("POSIX message queues", MQ, MQ_SEEN, "mq_open: ENOENT\n"),
          Channel.after("POSIX message queues", MQ, MQ_SEEN, "mq_open: ENOENT\n"),
          Channel.beside("keyrings of the user", KEYRING, KEYRING_SEEN, noKeys()),
          Channel.after("keyrings of the user", KEYRING, KEYRING_SEEN, noKeys()),
          Channel.beside("POSIX shared memory and files", FILES, FILES_SEEN, noFiles()),
          Channel.after("POSIX shared memory and files", FILES, FILES_SEEN, noFiles()),
          Channel.beside(
              "abstract Unix sockets",
              """
              import socket
              listener = socket.socket(socket.AF_UNIX)
              listener.bind('\\0%s')
              listener.listen()
              """
                  .formatted(NAME),
              """
              import socket
              attempt('connect', socket.socket(socket.AF_UNIX).connect, '\\0%s')
              """
                  .formatted(NAME),
              "connect: ECONNREFUSED\n"),
          Channel.beside(
              "the names of abstract Unix sockets",
              """
              import socket
              held = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
              held.bind('\\0%s-name')
              """
                  .formatted(NAME),
              """
              import socket
              attempt('bind', socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind, '\\0%s-name')
              # Linux 7.2 with subset=pid hides it: who mounted /proc does not own the network.
              names = '/proc/self/net/unix'
              print(os.path.exists(names) and '%s-name' in open(names).read())
              """
                  .formatted(NAME, NAME),
              "bind: done\nFalse\n"),
          Channel.beside(
              "ports of loopback",
              """
              import socket
              try:
                  held = socket.socket()
                  held.bind(('127.0.0.1', 47113))
                  held.listen()
              except OSError:
                  pass
              """,
              """
              import socket
              attempt('socket', lambda: socket.socket().connect(('127.0.0.1', 47113)))
              """,
              "socket: EAFNOSUPPORT\n"),
          Channel.beside(
              "flock on a shared file",
              """
              import fcntl
              from contextlib import suppress
              held = open('/usr/bin/env', 'rb')
              with suppress(OSError):
                  fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
              """,
              """
              import fcntl
              file = open('/usr/bin/env', 'rb')
              attempt('exclusive', fcntl.flock, file, fcntl.LOCK_EX | fcntl.LOCK_NB)
              attempt('shared', fcntl.flock, file, fcntl.LOCK_SH | fcntl.LOCK_NB)
              """,
              "exclusive: ENOTSUP\nshared: done\n"),
          Channel.beside(
              "fcntl locks on a shared file",
              """
              import fcntl, struct
              held = open('/usr/bin/env', 'rb')
              fcntl.lockf(held, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, 0)
              held2 = open('/usr/bin/env', 'rb')
              fcntl.fcntl(held2, 37, struct.pack('hhqqi4x', fcntl.F_RDLCK, 0, 1, 1, 0))  # F_OFD_SETLK
              """,
              """
              import fcntl, struct
              file = open('/usr/bin/env', 'rb')
              for command in (5, 36):  # F_GETLK, F_OFD_GETLK
                  for high in (0, 1 << 32):
                      lock = ctypes.create_string_buffer(struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, 0, 0, 0))
                      attempt(f'{command}', call, 72, file.fileno(), command | high, lock)
                      print(struct.unpack('hhqqi4x', lock.raw[:32])[0] == fcntl.F_WRLCK)
              attempt('write lock', fcntl.lockf, file, fcntl.LOCK_EX | fcntl.LOCK_NB)
              """,
              "5: EINVAL\nTrue\n".repeat(2)
                  + "36: EINVAL\nTrue\n".repeat(2)
                  + "write lock: EBADF\n"),
          Channel.after(
              "counters of the network namespace",
              """
              import socket
              from contextlib import suppress
              for family in (socket.AF_INET, socket.AF_INET6):
                  for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                      for port in range(1, 20):
                          with suppress(OSError):
                              socket.socket(family, kind).connect(
                                  ('127.0.0.1' if family == socket.AF_INET else '::1', port))
              pairs = [socket.socketpair() for i in range(50)]
              with suppress(OSError):
                  route = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
                  route.send(bytes([20, 0, 0, 0, 18, 0, 1, 3] + [0] * 12))
              """,
              """
              import re
              numbers = {'snmp': 'Ip: [12] 64|Tcp: 1 200 120000 -1', 'snmp6': '', 'netstat': '', 'dev': ''}
              for name, constant in numbers.items():
                  path = '/proc/self/net/' + name
                  lines = open(path).read().split('\\n') if os.path.exists(path) else []  # no IPv6
                  values = ' '.join(line for line in lines if re.search(r' [0-9]+$', line))
                  values = re.sub(constant, '', values) if constant else values
                  print(name, sorted(set(re.findall(r'(?<= )-?[0-9]+\\b', values)) - {'0'}))
              """,
              "snmp []\nsnmp6 []\nnetstat []\ndev []\n"),
          Channel.after(
                  "a name in the UTS namespace",
                  """
              from contextlib import suppress
              with suppress(OSError):
                  call(170, b'changed', 7)
              """,
                  "print(os.uname().nodename)",
                  "stockade\n")
              .notOutside()); // would rename the host

  private static String noKeys() {
    return "keyctl search: EPERM\n".repeat(2) + "request_key: EPERM\n";
  }

  private static String noFiles() {
    return "/tmp: ENOENT\n/dev/shm: ENOENT\n";
  }
}
