package dev.stockade.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.testing.Needs;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real programs behind every protection of the default policy: verdicts, evidence, bytes. */
final class SandboxIT {
  private static Sandbox sandbox;

  @BeforeAll
  static void open() {
    SandboxNeeds.defaultPolicy();
    sandbox = Sandbox.open(Policies.named("default"));
  }

  @AfterAll
  static void close() {
    if (sandbox != null) {
      sandbox.close();
    }
  }

  private static String text(Output output) {
    return new String(output.bytes(), StandardCharsets.UTF_8);
  }

  private static RunResult sh(String script) {
    return sandbox.run(RunRequest.command("sh", "-c", script).build());
  }

  private static RunResult python(String script, LimitOverrides limits) {
    return sandbox.run(RunRequest.command("python3", "-c", script).limits(limits).build());
  }

  private static LimitOverrides wall(Duration wall) {
    return new LimitOverrides(null, wall, null, null, null, null);
  }

  /** With time to reach the limit: the guest may need 0.1 s to touch a MiB. */
  private static LimitOverrides memory(int mebibytes) {
    return new LimitOverrides(
        Duration.ofMinutes(1),
        Duration.ofMinutes(2),
        ByteSize.ofMebibytes(mebibytes),
        null,
        null,
        null);
  }

  @Test
  void aProgramRunsAndItsOutputComesBack() {
    RunResult result =
        sandbox.run(
            RunRequest.command("sh", "-c", "cat; echo to-stderr >&2; exit 3").stdin("in").build());
    assertEquals("in", text(result.stdout()));
    assertEquals("to-stderr\n", text(result.stderr()));
    assertEquals(Verdict.NONZERO_EXIT, result.verdict());
    assertEquals(3, result.exitCode());
    assertNull(result.signal());
    assertEquals(3 << 8, result.evidence().waitStatus());
    assertNull(result.evidence().killedFor());
    assertTrue(result.usage().wallTimeNanos() > 0);
    assertNotNull(result.usage().cpuTimeNanos());
    assertNotNull(result.usage().memoryPeakBytes());
    assertEquals(List.of(), result.degraded());
  }

  /** Regression: the init of the second place failed at munmap(…, 0), which only showed as slow. */
  @Test
  void sparesOfBothPlacesAreMade() {
    try (Sandbox oneSlot = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 1))) {
      for (int i = 0; i < 4; i++) {
        RunResult result = oneSlot.run(RunRequest.command("true").build());
        assertEquals(Verdict.OK, result.verdict());
      }
    }
  }

  @Test
  void thePayloadHasNoPrivilegeAtAll() {
    String status = text(sh("cat /proc/self/status").stdout());
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      assertTrue(status.contains(set + ":\t0000000000000000\n"), set + " in\n" + status);
    }
    assertTrue(status.contains("NoNewPrivs:\t1\n"), status);
    assertTrue(status.contains("Seccomp:\t2\n"), status);
    assertTrue(status.contains("SigIgn:\t0000000000000000\n"), status);
    assertTrue(status.contains("SigBlk:\t0000000000000000\n"), status);
    assertTrue(status.contains("Uid:\t1000\t1000\t1000\t1000\n"), status);
  }

  @Test
  void onlyTheThreeStandardDescriptorsAreOpen() {
    assertEquals("0\n1\n2\n3\n", text(sh("ls /proc/self/fd").stdout())); // 3 is ls's own
  }

  @Test
  void onlyTheJobsOwnProcessesAreSeenAndNotItsInit() {
    assertEquals("2\n", text(sh("cd /proc; echo [0-9]*").stdout()));
    assertEquals("", text(sh("cat /proc/1/status; cat /proc/cpuinfo; ls /sys").stdout()));
  }

  @Test
  void aSignalledProgramIsSignalled() {
    RunResult result = sh("kill -SEGV $$");
    assertEquals(Verdict.SIGNALED, result.verdict());
    assertEquals(11, result.signal());
    assertNull(result.exitCode());
  }

  @Test
  void anEndlessLoopReachesItsCpuLimit() {
    RunResult result =
        python(
            "while True: pass",
            new LimitOverrides(Duration.ofMillis(200), null, null, null, null, null));
    assertEquals(Verdict.CPU_TIME_LIMIT, result.verdict());
    assertEquals("cpuTime", result.evidence().killedFor());
    assertEquals(
        result.usage().cpuTimeNanos() - 200_000_000L, result.evidence().cpuTimeOvershootNanos());
    assertTrue(result.evidence().cpuTimeOvershootNanos() >= 0);
    assertNull(result.evidence().wallTimeOvershootNanos());
    assertNull(result.usage().involuntarySwitches());
  }

  @Test
  void aSleeperReachesItsWallLimitWhateverItIgnores() {
    RunResult result =
        sandbox.run(
            RunRequest.command(
                    "sh",
                    "-c",
                    "trap '' TERM INT HUP; (setsid sleep 100 &) ; kill -STOP $$; sleep 100")
                .limits(wall(Duration.ofMillis(300)))
                .build());
    assertEquals(Verdict.WALL_TIME_LIMIT, result.verdict());
    assertEquals("wallTime", result.evidence().killedFor());
    assertEquals(9, result.signal());
    assertEquals(
        result.usage().wallTimeNanos() - 300_000_000L, result.evidence().wallTimeOvershootNanos());
    assertTrue(result.evidence().wallTimeOvershootNanos() >= 0);
    assertNull(result.evidence().cpuTimeOvershootNanos());
  }

  /** Two that work for 0.3 s each on one processor must take turns. */
  @Test
  void interruptionsForOthersAreCounted() {
    RunResult result =
        python(
            """
            import os, time
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
            child = os.fork()
            begin = time.process_time()
            while time.process_time() - begin < 0.3: pass
            if child: os.waitpid(child, 0)
            """,
            LimitOverrides.NONE);
    assertEquals(Verdict.OK, result.verdict(), () -> text(result.stderr()));
    assertTrue(result.usage().involuntarySwitches() > 0);
    assertNull(result.evidence().cpuTimeOvershootNanos());
    assertNull(result.evidence().wallTimeOvershootNanos());
  }

  @Test
  void aMemoryHogReachesItsMemoryLimit() {
    RunResult result = python("x = bytearray(200 << 20)", memory(64));
    assertEquals(Verdict.MEMORY_LIMIT, result.verdict());
    assertTrue(result.evidence().oomKills() >= 1);
  }

  @Test
  void filesInTmpfsCountAsMemory() {
    RunResult result =
        sandbox.run(
            RunRequest.command("sh", "-c", "head -c 60000000 /dev/zero > /tmp/a; echo $?")
                .limits(memory(32))
                .build());
    assertEquals(Verdict.MEMORY_LIMIT, result.verdict());
  }

  @Test
  void anOomKilledChildIsAMemoryLimitEvenIfTheProgramExitsWithZero() {
    RunResult result =
        sandbox.run(
            RunRequest.command("sh", "-c", "python3 -c 'x = bytearray(200 << 20)'; exit 0")
                .limits(memory(64))
                .build());
    assertEquals(Verdict.MEMORY_LIMIT, result.verdict());
  }

  @Test
  void aForkBombIsContainedAndCounted() {
    RunResult result =
        sandbox.run(
            RunRequest.command("sh", "-c", "f() { f | f & f; }; f")
                .limits(
                    new LimitOverrides(
                        Duration.ofSeconds(2), Duration.ofSeconds(20), null, 20, null, null))
                .build());
    assertTrue(result.evidence().pidsLimitHits() > 0, result.evidence().toString());
  }

  @Test
  void anOutputFloodEndsAtItsLimitAndIsCounted() {
    RunResult result =
        sandbox.run(
            RunRequest.command("sh", "-c", "yes")
                .limits(new LimitOverrides(null, null, null, null, ByteSize.ofKibibytes(10), null))
                .build());
    assertEquals(Verdict.OUTPUT_LIMIT, result.verdict());
    assertEquals("output", result.evidence().killedFor());
    assertEquals(10 << 10, result.stdout().bytes().length);
    assertTrue(result.stdout().truncated());
  }

  @Test
  void aHostileCallEndsTheRunAndIsNamed() {
    RunResult result =
        sandbox.run(
            RunRequest.command(
                    "python3",
                    "-c",
                    "import ctypes; ctypes.CDLL(None).syscall(165, 0, 0, 0, 0, 0); print('made it')")
                .build());
    assertEquals(Verdict.SECURITY_VIOLATION, result.verdict());
    assertEquals("mount", result.evidence().deniedSyscall());
    assertEquals("", text(result.stdout()));
  }

  @Test
  void aHostileCallOfAGrandchildEndsTheRunToo() {
    RunResult result =
        sandbox.run(
            RunRequest.command(
                    "sh",
                    "-c",
                    "python3 -c 'import ctypes; ctypes.CDLL(None).syscall(165, 0, 0, 0, 0, 0)';"
                        + " exit 0")
                .build());
    assertEquals(Verdict.SECURITY_VIOLATION, result.verdict());
    assertEquals("mount", result.evidence().deniedSyscall());
  }

  /** getpid by {@code int 0x80}, then the pid that Python knows. */
  private static final String OLD_ENTRY =
      """
      import ctypes, mmap, os
      code = mmap.mmap(-1, 4096, prot=7)
      code.write(bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]))
      address = ctypes.addressof(ctypes.c_char.from_buffer(code))
      print(ctypes.CFUNCTYPE(ctypes.c_int)(address)() == os.getpid())
      """;

  @Test
  void theOldSystemCallEntryIsKilled() throws Exception {
    Process outside = new ProcessBuilder("python3", "-c", OLD_ENTRY).start();
    boolean there =
        new String(outside.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .equals("True\n");
    Needs.machine(
        "i386 system-call entry",
        there ? Optional.empty() : Optional.of("int 0x80 does not reach it (User-Mode Linux)"));
    RunResult result = sandbox.run(RunRequest.command("python3", "-c", OLD_ENTRY).build());
    assertEquals(Verdict.SECURITY_VIOLATION, result.verdict());
    assertEquals(31, result.signal());
    assertEquals("", text(result.stdout()));
  }

  @Test
  void aProgramThatIsNotThereIsToldApartFromOneThatExitsWith127() {
    InvalidRequestException missing =
        assertThrows(
            InvalidRequestException.class,
            () -> sandbox.run(RunRequest.command("no-such-program").build()));
    assertEquals("command", missing.field());
    assertEquals(127, sh("exit 127").exitCode());
    InvalidRequestException notExecutable =
        assertThrows(
            InvalidRequestException.class,
            () -> sandbox.run(RunRequest.command("./data").file("data", "text").build()));
    assertEquals("command: it is not an executable file", notExecutable.getMessage());
  }

  @Test
  void argumentsInputAndFilesAreByteExact() {
    byte[] bytes = new byte[70_000];
    new Random(42).nextBytes(bytes);
    byte[] argument = new byte[255];
    for (int i = 0; i < argument.length; i++) {
      argument[i] = (byte) (i + 1);
    }
    RunResult result =
        sandbox.run(
            RunRequest.commandBytes(
                    List.of(
                        "python3".getBytes(StandardCharsets.UTF_8),
                        "-c".getBytes(StandardCharsets.UTF_8),
                        """
                        import os, sys
                        sys.stdout.buffer.write(os.fsencode(sys.argv[1]) + os.fsencode(sys.argv[2]))
                        sys.stderr.buffer.write(sys.stdin.buffer.read())
                        open('out/copy', 'wb').write(open('in/data', 'rb').read())
                        """
                            .getBytes(StandardCharsets.UTF_8),
                        argument,
                        new byte[0]))
                .stdin(bytes)
                .file("in/data", bytes)
                .file("out/.keep", "")
                .outputFile("out/copy")
                .build());
    assertEquals(Verdict.OK, result.verdict(), () -> text(result.stderr()));
    assertArrayEquals(argument, result.stdout().bytes());
    assertArrayEquals(bytes, result.stderr().bytes());
    assertArrayEquals(bytes, result.files().get("out/copy"));
  }

  @Test
  void filesAreReadBackAndOthersSayWhyNot() {
    RunResult result =
        sandbox.run(
            RunRequest.command(
                    "sh",
                    "-c",
                    "echo hi > a; mkdir d; echo deep > d/b; ln -s /etc/passwd link; mkfifo pipe;"
                        + " ln -s d linked; truncate -s 100G huge 2>/dev/null; true")
                .outputFile("a")
                .outputFile("d/b")
                .outputFile("link")
                .outputFile("pipe")
                .outputFile("d")
                .outputFile("linked/b")
                .outputFile("none")
                .build());
    assertEquals("hi\n", new String(result.files().get("a"), StandardCharsets.UTF_8));
    assertEquals("deep\n", new String(result.files().get("d/b"), StandardCharsets.UTF_8));
    assertEquals(List.of("a", "d/b"), new ArrayList<>(result.files().keySet()));
    assertEquals("has a symbolic link in its path (ELOOP)", result.fileErrors().get("link"));
    assertEquals("has a symbolic link in its path (ELOOP)", result.fileErrors().get("linked/b"));
    assertEquals("is not a regular file", result.fileErrors().get("pipe"));
    assertEquals("is not a regular file", result.fileErrors().get("d"));
    assertEquals("does not exist", result.fileErrors().get("none"));
  }

  @Test
  void aRunCanBeCancelled() throws Exception {
    Cancellation cancellation = new Cancellation();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<RunResult> run =
          threads.submit(
              () -> sandbox.run(RunRequest.command("sleep", "100").build(), cancellation));
      Thread.sleep(200);
      cancellation.cancel();
      Exception thrown = assertThrows(java.util.concurrent.ExecutionException.class, run::get);
      assertEquals(CancellationException.class, thrown.getCause().getClass());
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void outputIsPassedOnWhileTheProgramRuns() {
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    RunResult result = sandbox.run(RunRequest.command("echo", "hello").stdoutTo(heard).build());
    assertEquals("hello\n", heard.toString(StandardCharsets.UTF_8));
    assertEquals("hello\n", text(result.stdout()));
  }

  @Test
  void twoRunsNeverSeeEachOthersFiles() {
    sh("echo secret | tee /tmp/x /dev/shm/x /box/x");
    assertEquals("", text(sh("cat /tmp/x /dev/shm/x /box/x").stdout()));
  }

  @Test
  void aLimitAboveTheCeilingIsRefusedByName() {
    InvalidRequestException thrown =
        assertThrows(
            InvalidRequestException.class,
            () ->
                python(
                    "pass",
                    new LimitOverrides(
                        null, null, ByteSize.ofMebibytes(1 << 20), null, null, null)));
    assertEquals("limits.memory", thrown.field());
  }

  @Test
  void jobsRunSideBySide() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<String>> runs = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int number = i;
        runs.add(
            threads.submit(
                () ->
                    text(
                        sandbox
                            .run(RunRequest.command("echo", Integer.toString(number)).build())
                            .stdout())));
      }
      for (int i = 0; i < runs.size(); i++) {
        assertEquals(i + "\n", runs.get(i).get());
      }
    } finally {
      threads.shutdown();
    }
  }
}
