package dev.stockade.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Output;
import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import java.util.ArrayList;
import java.util.List;

/** Programs that want all there is: processes, memory, files, output, time. */
final class Bombs {
  private static final int PIDS = 32;
  private static final long OUTPUT = 64 << 10;

  private Bombs() {}

  static final List<Attack> ALL = all();

  private static List<Attack> all() {
    List<Attack> all = new ArrayList<>();
    for (String kind : List.of("fork", "setsid", "threads")) {
      all.add(forks(Attack.c(Lesson.BOMBS, "processes without end: " + kind, kind)));
    }
    all.add(
        forks(
            Attack.shell(
                Lesson.BOMBS,
                "the shell's fork bomb",
                "f() { f | f & }; (f) & while :; do :; done")));
    all.add(
        Attack.shell(
                Lesson.BOMBS,
                "orphans that fork, change their session and ignore every signal",
                "./attacker orphans " + Attack.MARK + "; " + Attack.NAP)
            .files(request -> request.executable("attacker", Attacker.program()))
            .limits(Limits.wallAndPids(500, PIDS))
            .ends(Verdict.WALL_TIME_LIMIT)
            .build());
    for (String kind :
        List.of(
            "heap", "mmap", "shared", "stack", "memfd", "pipes", "unix-stream", "unix-datagram")) {
      all.add(memory(Attack.c(Lesson.BOMBS, "memory without end: " + kind, kind)));
    }
    for (String folder : List.of("/box", "/tmp", "/dev/shm")) {
      all.add(
          memory(Attack.c(Lesson.BOMBS, "memory without end: files in " + folder, "file", folder)));
      all.add(
          Attack.c(Lesson.BOMBS, "a million empty files in " + folder, "empty-files", folder)
              .limits(Limits.memory(64))
              // The folder itself is one, the attacker's file another.
              .prints(
                  switch (folder) {
                    case "/box" -> "4094 ENOSPC";
                    case "/tmp" -> "4095 ENOSPC";
                    default -> "1023 ENOSPC";
                  })
              .build());
    }
    all.add(
        Attack.c(Lesson.BOMBS, "folders in folders without end", "deep-folders")
            .limits(Limits.memory(64))
            .prints("4094 ENOSPC")
            .build());
    all.add(
        Attack.c(Lesson.BOMBS, "one file, larger than files may be", "file", "/tmp")
            .ends(Verdict.SIGNALED)
            .check(result -> assertEquals(25, result.signal())) // SIGXFSZ
            .build());
    all.add(
        Attack.python(
                Lesson.BOMBS,
                "a sparse file of 100 GiB, and what else makes files long",
                """
                from attempts import *
                import signal
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                fd = os.open('sparse', os.O_RDWR | os.O_CREAT)
                attempt('ftruncate', os.ftruncate, fd, 100 << 30)
                attempt('fallocate', os.posix_fallocate, fd, 0, 100 << 30)
                attempt('pwrite', os.pwrite, fd, b'x', 100 << 30)
                attempt('memfd', os.ftruncate, os.memfd_create('sparse'), 100 << 30)
                print(os.fstat(fd).st_size)
                """)
            .prints("ftruncate: EFBIG", "fallocate: EFBIG", "pwrite: EFBIG", "memfd: EFBIG", "0")
            .build());
    all.add(flood("standard output", "flood", "1"));
    all.add(flood("standard error", "flood", "2"));
    all.add(flood("both streams at once", "flood-both"));
    all.add(
        Attack.c(Lesson.BOMBS, "processor time without end", "spin")
            .limits(Limits.cpu(300))
            .ends(Verdict.CPU_TIME_LIMIT)
            .check(
                result -> {
                  assertEquals("cpuTime", result.evidence().killedFor());
                  assertAtLeast(300_000_000L, result.usage().cpuTimeNanos());
                })
            .build());
    return List.copyOf(all);
  }

  private static void assertAtLeast(long least, Long value) {
    assertTrue(value != null && value >= least, () -> value + " is not at least " + least);
  }

  private static Attack forks(Attack.Builder attack) {
    return attack
        .limits(Limits.wallAndPids(2000, PIDS)) // User-Mode Linux takes a second to fork so often
        .ends(Verdict.WALL_TIME_LIMIT)
        .check(
            result -> {
              assertEquals("wallTime", result.evidence().killedFor());
              assertAtLeast(1, result.evidence().pidsLimitHits());
              Integer peak = result.usage().pidsPeak(); // with init; unknown before Linux 6.9
              assertTrue(peak == null || peak <= PIDS + 1, () -> Attack.describe(result));
            })
        .build();
  }

  private static Attack memory(Attack.Builder attack) {
    return attack
        .limits(Limits.memory(32))
        .ends(Verdict.MEMORY_LIMIT)
        .check(
            result -> {
              assertAtLeast(1, result.evidence().oomKills());
              assertEquals(9, result.signal());
            })
        .build();
  }

  private static Attack flood(String where, String... arguments) {
    return Attack.c(Lesson.BOMBS, "output without end: " + where, arguments)
        .limits(Limits.output(OUTPUT >> 10))
        .ends(Verdict.OUTPUT_LIMIT)
        .printsAnything()
        .check(Bombs::isFlooded)
        .build();
  }

  private static void isFlooded(RunResult result) {
    assertEquals("output", result.evidence().killedFor());
    boolean one = false;
    for (Output output : List.of(result.stdout(), result.stderr())) {
      assertTrue(output.bytes().length <= OUTPUT);
      assertEquals(output.totalBytes() > output.bytes().length, output.truncated());
      one |= output.truncated() && output.bytes().length == OUTPUT;
    }
    assertTrue(one, () -> result.stdout().totalBytes() + " " + result.stderr().totalBytes());
  }
}
