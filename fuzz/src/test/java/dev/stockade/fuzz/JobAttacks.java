package dev.stockade.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.Verdict;
import java.util.List;

/** Attacks on what a job is: its privileges, what it knows of the host, its process limits. */
final class JobAttacks {
  private JobAttacks() {}

  static final List<Attack> ALL =
      List.of(
          Attack.python(
                  Lesson.NO_PRIVILEGE,
                  "ids, groups and capabilities, and every way to more of them",
                  """
                  from attempts import *
                  import struct
                  status = dict(line.split(':\\t', 1) for line in open('/proc/self/status').read().splitlines() if ':\\t' in line)
                  print([status['Cap' + name].strip('0') for name in ('Inh', 'Prm', 'Eff', 'Bnd', 'Amb')])
                  print(status['NoNewPrivs'], status['Seccomp'], os.getresuid(), os.getresgid())
                  print(call(157, 27, 0, 0, 0, 0))  # PR_GET_SECUREBITS: every bit set and locked
                  attempt('setuid', os.setuid, 0)
                  attempt('setresuid', os.setresuid, 0, 0, 0)
                  attempt('setgid', os.setgid, 0)
                  attempt('setgroups', os.setgroups, [0])
                  attempt('setfsuid', call, 122, 0)
                  every = struct.pack('6I', 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)
                  attempt('capset', call, 126, struct.pack('Ii', 0x20080522, 0), every)
                  attempt('ambient', call, 157, 47, 2, 21, 0, 0)
                  attempt('securebits', call, 157, 28, 0, 0, 0, 0)
                  attempt('no_new_privs off', call, 157, 38, 0, 0, 0, 0)
                  attempt('PR_SET_MM', call, 157, 35, 1, 0, 0, 0)
                  attempt('chroot', os.chroot, '/box')
                  """)
              .prints(
                  "['', '', '', '', '']",
                  "1 2 (1000, 1000, 1000) (1000, 1000, 1000)",
                  "239",
                  "setuid: EPERM",
                  "setresuid: EPERM",
                  "setgid: EPERM",
                  "setgroups: EPERM",
                  "setfsuid: EPERM",
                  "capset: EPERM",
                  "ambient: EPERM",
                  "securebits: EPERM",
                  "no_new_privs off: EINVAL",
                  "PR_SET_MM: EPERM",
                  "chroot: EPERM")
              .build(),
          Attack.python(
                  Lesson.NO_PRIVILEGE,
                  "set-user-ID programs: the host's, and its own",
                  """
                  from attempts import *
                  import shutil, subprocess
                  su = os.stat('/usr/bin/su')
                  print(oct(su.st_mode & 0o7000), su.st_uid)
                  pid = os.fork()
                  if pid == 0:
                      os.setpgid(0, 0)
                      os.execv('/usr/bin/su', ['su', '-c', 'id -u', 'root'])
                  print(os.waitpid(pid, 0)[1] != 0)
                  shutil.copy('/usr/bin/id', '/box/id')
                  attempt('chmod u+s', os.chmod, '/box/id', 0o6755)
                  attempt('chown root', os.chown, '/box/id', 0, 0)
                  print(subprocess.run(['/box/id', '-u'], capture_output=True, text=True).stdout.strip())
                  attempt('capability', os.setxattr, '/box/id', 'security.capability',
                          bytes([1, 0, 0, 2] + [255] * 16))
                  """)
              .prints(
                  "0o4000 65534",
                  "True",
                  "chmod u+s: done",
                  "chown root: EINVAL",
                  "1000",
                  "capability: EPERM")
              .build(),
          Attack.python(
                  Lesson.NO_PRIVILEGE,
                  "every mount is nosuid, and what is not the run's own is read-only",
                  """
                  import os
                  # What is mounted later at the same place covers what was there.
                  mounts = {line.split()[4]: line for line in open('/proc/self/mountinfo').read().splitlines()}
                  for path, line in mounts.items():
                      options = line.split()[5].split(',')
                      stat = os.statvfs(path)
                      if not stat.f_flag & os.ST_NOSUID:
                          print('set-user-ID', line)
                      if not stat.f_flag & os.ST_RDONLY:
                          print(path, 'nodev' in options or path.startswith('/dev/'), 'noexec' in options)
                  """)
              .prints("/proc True True", "/box True False", "/tmp True True", "/dev/shm True True")
              .build(),
          Attack.python(
                  Lesson.NO_PRIVILEGE,
                  "the kernel's switches and the host's /proc",
                  """
                  from attempts import *
                  for name in ('sys', 'sys/kernel/core_pattern', 'sysrq-trigger', 'kcore', 'kmsg', 'keys',
                               'loadavg', 'meminfo', 'uptime', 'stat', 'locks', 'sysvipc', 'modules', 'net',
                               'self/net/../../../sys', 'cmdline', 'config.gz', 'interrupts', 'timer_list',
                               'self/task/1', 'sys/user/max_user_namespaces'):
                      attempt(name, os.stat, '/proc/' + name)
                  attempt('uid_map', write, '/proc/self/uid_map', b'0 0 1')
                  attempt('setgroups', write, '/proc/self/setgroups', b'allow')
                  attempt('oom_score_adj', write, '/proc/self/oom_score_adj', b'-1000')
                  attempt('timens', write, '/proc/self/timens_offsets', b'monotonic 1 0')
                  attempt('map_files', os.readlink, '/proc/self/map_files/' + os.listdir('/proc/self/map_files')[0])
                  attempt('pagemap', lambda: print(os.pread(os.open('/proc/self/pagemap', 0), 8, 0x7ffff000 >> 9)[:6]))
                  """)
              .printsAnything()
              .check(
                  result ->
                      assertEquals(
                          "",
                          Attack.text(result.stdout())
                              .lines()
                              .limit(21)
                              .filter(line -> !line.endsWith(": ENOENT"))
                              .reduce("", String::concat)))
              .build(),
          Attack.python(
                  Lesson.NO_LEAK,
                  "environment, names and numbers of the host",
                  """
                  import os
                  from attempts import *
                  print(read('/proc/self/environ').decode().split('\\0')[:-1])
                  print(os.uname().nodename, os.getpid(), os.getppid(), os.getsid(0), os.getpgid(0))
                  print([line.split()[1:] for line in open('/proc/self/status') if line.startswith('NS')])
                  print(sorted(name for name in os.listdir('/etc') if not name.startswith('java-')))
                  print(open('/etc/passwd').read(), open('/etc/group').read(), end='')
                  attempt('hostname', read, '/etc/hostname')
                  attempt('machine-id', read, '/etc/machine-id')
                  attempt('shadow', read, '/etc/shadow')
                  print(open('/proc/self/uid_map').read().split()[0::2])
                  """)
              .prints(
                  "['ASAN_OPTIONS=detect_leaks=0', 'HOME=/box', 'LANG=C.UTF-8', 'PATH=/usr/local/bin:/usr/bin:/bin', 'TMPDIR=/tmp']",
                  "stockade 2 1 2 2",
                  "[['2'], ['2'], ['2'], ['2']]",
                  "['alternatives', 'group', 'hosts', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d',"
                      + " 'nsswitch.conf', 'passwd']",
                  "stockade:x:1000:1000:stockade:/box:/bin/sh",
                  " stockade:x:1000:",
                  "hostname: ENOENT",
                  "machine-id: ENOENT",
                  "shadow: ENOENT",
                  "['1000', '1']")
              .build(),
          Attack.python(
                  Lesson.NO_LEAK,
                  "a process of the host, its secret, the server's",
                  """
                  from attempts import *
                  import glob
                  canary = %d
                  attempt('kill', os.kill, canary, 0)
                  attempt('/proc', os.stat, f'/proc/{canary}')
                  attempt('pidfd', os.pidfd_open, canary)
                  attempt('getpgid', os.getpgid, canary)
                  attempt('priority', os.getpriority, os.PRIO_PROCESS, canary)
                  attempt('affinity', os.sched_getaffinity, canary)
                  attempt('prlimit', call, 302, canary, 7, 0, bytes(16))
                  seen = b''.join(read(path) for path in glob.glob('/proc/[0-9]*/cmdline') + glob.glob('/proc/[0-9]*/environ'))
                  print(b'can' + b'ary-' in seen, sorted(glob.glob('/proc/[0-9]*')))
                  """
                      .formatted(Canary.shared().pid()))
              .prints(
                  "kill: ESRCH",
                  "/proc: ENOENT",
                  "pidfd: ESRCH",
                  "getpgid: ESRCH",
                  "priority: ESRCH",
                  "affinity: ESRCH",
                  "prlimit: ESRCH",
                  "False ['/proc/2']")
              .build(),
          Attack.python(
                  Lesson.PROCESS_LIMITS,
                  "limits are hard",
                  """
                  from attempts import *
                  import resource
                  for name in ('FSIZE', 'NOFILE', 'STACK', 'MEMLOCK', 'MSGQUEUE', 'SIGPENDING', 'NICE', 'RTPRIO'):
                      limit = getattr(resource, 'RLIMIT_' + name)
                      soft, hard = resource.getrlimit(limit)
                      print(name, soft, hard)
                      try:
                          resource.setrlimit(limit, (hard + 1, hard + 1))
                          print('raised')
                      except ValueError:
                          pass
                  attempt('nice', os.setpriority, os.PRIO_PROCESS, 0, -1)
                  attempt('SCHED_FIFO', os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(1))
                  attempt('real-time I/O', call, 251, 1, 0, 1 << 13)
                  """)
              .prints(
                  "FSIZE 67108864 67108864",
                  "NOFILE 1024 1024",
                  "STACK 67108864 67108864",
                  "MEMLOCK 65536 65536",
                  "MSGQUEUE 819200 819200",
                  "SIGPENDING 1024 1024",
                  "NICE 0 0",
                  "RTPRIO 0 0",
                  "nice: EACCES",
                  "SCHED_FIFO: EPERM",
                  "real-time I/O: EPERM")
              .build(),
          Attack.python(
                  Lesson.PROCESS_LIMITS,
                  "no core dump, and no program of the host's that is fed one, whatever setrlimit answers",
                  """
                  from attempts import *
                  import resource, struct
                  zero = struct.pack('QQ', 0, 0)
                  attempt('setrlimit', call, 160, 4, zero)
                  attempt('setrlimit, high bits', call, 160, 4 | 1 << 32, zero)
                  attempt('prlimit', call, 302, 0, 4, zero, 0)
                  attempt('prlimit, high bits', call, 302, os.getpid(), 4 | 1 << 63, zero, 0)
                  print(resource.getrlimit(resource.RLIMIT_CORE), flush=True)
                  os.abort()
                  """)
              .prints(
                  "setrlimit: done",
                  "setrlimit, high bits: done",
                  "prlimit: done",
                  "prlimit, high bits: done",
                  "(1, 1)")
              .files(request -> request.outputFile("core"))
              .ends(Verdict.SIGNALED)
              .check(
                  result -> {
                    assertEquals(6, result.evidence().waitStatus()); // SIGABRT, nothing dumped
                    assertEquals("does not exist", result.fileErrors().get("core"));
                  })
              .build(),
          Attack.python(
                  Lesson.PROCESS_LIMITS,
                  "umask, signals, session",
                  """
                  import os
                  print(oct(os.umask(0)))
                  status = open('/proc/self/status').read()
                  print([status.split(name + ':\\t')[1].split()[0].strip('0') for name in ('SigBlk', 'SigPnd', 'ShdPnd')])
                  print(os.getsid(0) == os.getpid() == os.getpgrp(), os.sched_getscheduler(0))
                  print(open('/proc/self/oom_score_adj').read().strip() >= '0')
                  """)
              .prints("0o22", "['', '', '']", "True 0", "True")
              .build());
}
