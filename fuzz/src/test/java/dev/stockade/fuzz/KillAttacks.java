package dev.stockade.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import java.util.List;

/** Attacks on the end of a job, and on what is counted and judged at its end. */
final class KillAttacks {
  private KillAttacks() {}

  static final List<Attack> ALL =
      List.of(
          atWall(
              Attack.python(
                  Lesson.ENDS_IN_TIME,
                  "every signal ignored or blocked, output closed",
                  """
                  import os, signal
                  for number in range(1, 65):
                      try:
                          signal.signal(number, signal.SIG_IGN)
                      except (OSError, ValueError):
                          pass
                  signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
                  os.closerange(0, 100)
                  while True:
                      signal.pause()
                  """)),
          atWall(
              Attack.shell(
                  Lesson.ENDS_IN_TIME, "kill -STOP 0", "kill -STOP 0; exec " + Attack.NAP)),
          atWall(
              Attack.shell(
                  Lesson.ENDS_IN_TIME,
                  "SIGSTOP to its parent, which is init, and to everybody",
                  "kill -STOP $PPID 1; (kill -STOP -1) & " + Attack.NAP)),
          atWall(
              Attack.python(
                  Lesson.ENDS_IN_TIME,
                  "every signal to init, by every call",
                  """
                  import os, signal, time
                  from attempts import *
                  init = os.pidfd_open(1)
                  for number in range(1, 65):
                      for send in (lambda: os.kill(1, number),
                                   lambda: signal.pidfd_send_signal(init, number),
                                   lambda: call(200, 1, number), lambda: call(234, 1, 1, number)):
                          try:
                              send()
                          except OSError as e:
                              print(number, e)
                  time.sleep(100)
                  """)),
          atWall(
              Attack.python(
                  Lesson.ENDS_IN_TIME,
                  "a first thread that exits while another goes on",
                  """
                  import threading, time
                  from attempts import *
                  threading.Thread(target=time.sleep, args=(100,)).start()
                  call(60, 0)
                  """)),
          atWall(
              Attack.python(
                  Lesson.ENDS_IN_TIME,
                  "a child in vfork that never executes, a FIFO that nobody opens",
                  """
                  import os, time
                  os.mkfifo('fifo')
                  if os.fork() == 0:
                      os.open('fifo', os.O_WRONLY)
                  code = os.memfd_create('wait')
                  os.open('fifo', os.O_RDONLY | os.O_NONBLOCK)
                  time.sleep(100)
                  """)),
          atWall(
              Attack.python(
                  Lesson.ENDS_IN_TIME,
                  "it takes its own output out of the pipe while the server reads it",
                  """
                  import os, time
                  from contextlib import suppress
                  with suppress(OSError):
                      os.fchmod(1, 0o666)
                  with suppress(OSError):
                      taken = os.open('/proc/self/fd/1', os.O_RDONLY | os.O_NONBLOCK)
                      for i in range(3000):
                          os.write(1, b'x')
                          for j in range(i % 200):
                              pass
                          with suppress(OSError):
                              os.read(taken, 10)
                  time.sleep(100)
                  """)),
          Attack.shell(
                  Lesson.ENDS_IN_TIME,
                  "kill -9 -1 by a child ends the job, and nothing else",
                  "(kill -9 -1) & " + Attack.NAP)
              .ends(Verdict.SIGNALED)
              .check(result -> assertEquals(9, result.signal()))
              .build(),
          Attack.shell(
                  Lesson.ENDS_IN_TIME,
                  "kill -9 -1 by the program itself",
                  Attack.NAP + " & kill -9 -1; wait $!; echo $?")
              .prints("137")
              .build(),
          Attack.shell(
                  Lesson.ENDS_IN_TIME,
                  "a daemon that keeps the output open after the program's end",
                  "(setsid sh -c 'trap \"\" TERM HUP; " + Attack.NAP + "' &) ; echo over")
              .prints("over")
              .build(),
          Attack.python(
                  Lesson.ENDS_IN_TIME,
                  "children that make a hostile call and are killed at once: the call is never made,"
                      + " and the run ends for the first that is seen",
                  """
                  import os, signal, time
                  from attempts import *
                  for i in range(1000):
                      child = os.fork()
                      if child == 0:
                          call(165, b'tmpfs', b'/tmp', b'tmpfs', 0, b'')
                          print('made', flush=True)
                          os._exit(0)
                      for j in range(i % 100 * 10):
                          pass
                      if i > 500:  # where one processor does all, nobody looks before
                          time.sleep((i - 500) * 1e-5)
                      os.kill(child, signal.SIGKILL)
                      os.waitpid(child, 0)
                  """)
              .isDenied("mount")
              .build(),
          Attack.python(
                  Lesson.ENDS_IN_TIME,
                  "many processes that make hostile calls at once",
                  """
                  import os, time
                  from attempts import *
                  for i in range(30):
                      if os.fork() == 0:
                          call(165, b'tmpfs', b'/tmp', b'tmpfs', 0, b'')
                          print('made', flush=True)
                  time.sleep(100)
                  """)
              .isDenied("mount")
              .build(),
          Attack.shell(
                  Lesson.ORPHANS,
                  "the time of an orphan in a session of its own",
                  "(setsid sh -c 'while :; do :; done' " + Attack.MARK + " &) ; exec " + Attack.NAP)
              .limits(Limits.cpu(300))
              .ends(Verdict.CPU_TIME_LIMIT)
              .check(result -> assertEquals("cpuTime", result.evidence().killedFor()))
              .build(),
          Attack.python(
                  Lesson.ORPHANS,
                  "the time of children that are over, waited for or not",
                  """
                  import os, signal
                  signal.signal(signal.SIGCHLD, signal.SIG_IGN)
                  while True:
                      try:
                          if os.fork() == 0:
                              try:
                                  if os.fork() == 0:
                                      for i in range(100000):
                                          pass
                              finally:
                                  os._exit(0)
                      except BlockingIOError:
                          pass  # as many as it may have are alive
                  """)
              .limits(Limits.cpu(400))
              .ends(Verdict.CPU_TIME_LIMIT)
              .build(),
          Attack.shell(
                  Lesson.MEMORY_VERDICT,
                  "a child is killed and the program exits with 0",
                  "./attacker heap; echo $?; exit 0")
              .files(request -> request.executable("attacker", Attacker.program()))
              .limits(Limits.memory(32))
              .ends(Verdict.MEMORY_LIMIT)
              .printsAnything()
              .check(KillAttacks::hasOomKills)
              .build(),
          Attack.c(Lesson.MEMORY_VERDICT, "the program itself is killed", "mmap")
              .limits(Limits.memory(32))
              .ends(Verdict.MEMORY_LIMIT)
              .check(KillAttacks::hasOomKills)
              .build(),
          Attack.python(
                  Lesson.MEMORY_VERDICT,
                  "SIGKILL from its own hand is no memory limit, nor is SIGSEGV",
                  "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
              .limits(Limits.memory(32))
              .ends(Verdict.SIGNALED)
              .check(result -> assertEquals(0L, result.evidence().oomKills()))
              .build(),
          Attack.c(Lesson.NO_SWAP, "idle memory far above the limit", "heap")
              .limits(Limits.memory(16))
              .ends(Verdict.MEMORY_LIMIT)
              .check(
                  result -> {
                    Long peak = result.usage().memoryPeakBytes();
                    assertTrue(peak != null && peak <= 16 << 20, () -> Attack.describe(result));
                  })
              .build(),
          Attack.c(Lesson.OWN_MEMORY_ONLY, "a small program has a small peak", "hello")
              .prints("hello")
              .check(
                  result -> {
                    Long peak = result.usage().memoryPeakBytes();
                    assertTrue(peak != null && peak < 4 << 20, () -> Attack.describe(result));
                  })
              .build(),
          small(1),
          small(2),
          small(4),
          Attack.python(
                  Lesson.RUNTIMES,
                  "200 GiB of addresses, reserved and not used",
                  """
                  import mmap, resource
                  LIBC = __import__('ctypes').CDLL(None)
                  LIBC.mmap.restype = __import__('ctypes').c_long
                  print(LIBC.mmap(None, __import__('ctypes').c_long(200 << 30), 0, 0x4022, -1, 0) != -1)
                  print([resource.getrlimit(limit) for limit in (resource.RLIMIT_AS, resource.RLIMIT_DATA)])
                  """)
              .limits(Limits.memory(32))
              .prints("True", "[(-1, -1), (-1, -1)]")
              .build(),
          Attack.shell(
                  Lesson.NEVER_PARSED,
                  "it says that it was killed, denied, out of memory, and OK",
                  """
                  echo '{"verdict":"OK","exitCode":0,"signal":null}'
                  echo 'Out of memory: Killed process 2' >&2; echo Killed >&2
                  echo 'Bad system call (core dumped)' >&2; echo MEMORY_LIMIT; echo 'exit 0' > /dev/stderr
                  exit 3
                  """)
              .ends(Verdict.NONZERO_EXIT)
              .prints("{\"verdict\":\"OK\",\"exitCode\":0,\"signal\":null}", "MEMORY_LIMIT")
              .check(result -> assertEquals(3, result.exitCode()))
              .build());

  private static void hasOomKills(RunResult result) {
    Long kills = result.evidence().oomKills();
    assertTrue(kills != null && kills >= 1, () -> Attack.describe(result));
  }

  private static Attack atWall(Attack.Builder attack) {
    return attack
        .limits(Limits.wall(400))
        .printsAnything()
        .ends(Verdict.WALL_TIME_LIMIT)
        .check(
            result -> {
              assertEquals("wallTime", result.evidence().killedFor());
              assertEquals(9, result.signal());
              assertEquals("", Attack.text(result.stderr()));
            })
        .build();
  }

  private static Attack small(int mebibytes) {
    return Attack.c(Lesson.SMALL_LIMITS, mebibytes + " MiB", "hello")
        .limits(Limits.memory(mebibytes))
        .prints("hello")
        .build();
  }
}
