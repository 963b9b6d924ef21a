package dev.stockade.core.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.LiveRun;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxNeeds;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.Verdict;
import dev.stockade.core.compile.Identity;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policies;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Thousands of runs, long arguments, deep folders, executables just written, little memory. */
final class LimitsOfTheHostIT {
  private static Sandbox sandbox;

  @BeforeAll
  static void open() {
    SandboxNeeds.defaultPolicy();
    sandbox = Sandbox.open(Policies.named("default"), new SandboxOptions(2, 1));
  }

  @AfterAll
  static void close() {
    if (sandbox != null) {
      sandbox.close();
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** What a run could leave behind, but descriptors. */
  private record Held(int zygotes, int inits, int cgroups, List<Long> mounts) {
    static Held now() throws InterruptedException {
      Processes.awaitOnlySpares(2);
      List<Long> zygotes = Processes.zygotes();
      List<Long> mounts = new ArrayList<>();
      for (long zygote : zygotes) {
        mounts.add(Processes.read("/proc/" + zygote + "/mountinfo").orElse("").lines().count());
      }
      return new Held(
          zygotes.size(),
          Processes.inits().size(),
          Processes.cgroups(ProcessHandle.current().pid()).size(),
          mounts);
    }
  }

  @Test
  void thousandsOfRunsLeaveNothing() throws Exception {
    // The Java VM opens some of its own; a leak in one of a hundred runs is still seen.
    int noise = 15;
    // Of the heap, which the other tests of this VM share: a leak of 500 bytes a run is seen.
    long heapNoise = 1 << 20;
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      runs(threads, 500);
      Held before = Held.now();
      assertTrue(before.cgroups() > 0, "no cgroup of ours was found: what is counted?");
      long descriptors = Processes.settledDescriptors();
      String opened = Processes.describeDescriptors();
      long heap = heapAfterCollection();
      int count = manyRuns();
      runs(threads, count);
      assertEquals(before, Held.now());
      long grown = heapAfterCollection() - heap;
      System.out.println(count + " runs: " + before + ", heap grown by " + grown + " bytes");
      assertTrue(grown < heapNoise, () -> "the heap has grown by " + grown + " bytes");
      assertTrue(
          Processes.settledDescriptors() < descriptors + noise,
          () -> opened + " → " + Processes.describeDescriptors());
    } finally {
      threads.shutdown();
    }
  }

  private static int manyRuns() {
    if (System.getProperty("stockade.effort", "short").equals("long")) {
      return 10_000;
    }
    boolean emulated =
        Runtime.getRuntime().availableProcessors() == 1; // User-Mode Linux: 60 ms each
    return emulated ? 500 : 2_000;
  }

  private static long heapAfterCollection() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  private static void runs(ExecutorService threads, int count) throws Exception {
    RunRequest request = RunRequest.command("true").file("a/b", "x").outputFile("a/b").build();
    List<Future<RunResult>> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      runs.add(threads.submit(() -> sandbox.run(request)));
    }
    for (Future<RunResult> run : runs) {
      assertEquals(Verdict.OK, run.get().verdict());
      assertArrayEquals(new byte[] {'x'}, run.get().files().get("a/b"));
    }
  }

  /**
   * A file that is open for writing anywhere cannot be executed, also not by a shell of the job,
   * where nobody could try again. All the while other processes are spawned.
   */
  @Test
  void fiveHundredExecutablesJustWrittenRun() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    AtomicBoolean over = new AtomicBoolean();
    try {
      Future<?> spawner =
          threads.submit(
              () -> {
                while (!over.get()) {
                  BareSpawn.run("/bin/true", List.of("true"));
                }
              });
      List<Future<RunResult>> runs = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        RunRequest request =
            RunRequest.command(i % 2 == 0 ? List.of("./program") : List.of("sh", "-c", "./program"))
                .executable("program", exits(42))
                .build();
        runs.add(threads.submit(() -> sandbox.run(request)));
      }
      for (Future<RunResult> run : runs) {
        assertEquals(42, run.get().exitCode(), () -> "no ETXTBSY");
      }
      over.set(true);
      spawner.get();
    } finally {
      over.set(true);
      threads.shutdown();
    }
  }

  /** A static program of a few instructions: {@code exit_group(status)}. */
  private static byte[] exits(int status) {
    byte[] code = {
      (byte) 0xbf,
      (byte) status,
      0,
      0,
      0, // mov edi, status
      (byte) 0xb8,
      (byte) 231,
      0,
      0,
      0, // mov eax, exit_group
      0x0f,
      0x05 // syscall
    };
    int headers = 64 + 56;
    long base = 0x400000;
    ByteBuffer elf = ByteBuffer.allocate(headers + code.length).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    elf.putShort((short) 2).putShort((short) 62).putInt(1);
    elf.putLong(base + headers).putLong(64).putLong(0).putInt(0);
    elf.putShort((short) 64).putShort((short) 56).putShort((short) 1);
    elf.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    elf.putInt(1).putInt(5).putLong(0).putLong(base).putLong(base);
    elf.putLong(elf.capacity()).putLong(elf.capacity()).putLong(0x1000);
    return elf.put(code).array();
  }

  @Test
  void aFewMebibytesStartAStaticProgram() {
    for (int mebibytes = 1; mebibytes <= 4; mebibytes++) {
      RunResult result =
          sandbox.run(
              RunRequest.command("./program")
                  .executable("program", exits(7))
                  .limits(memory(mebibytes))
                  .build());
      assertEquals(Verdict.NONZERO_EXIT, result.verdict(), mebibytes + " MiB");
      assertEquals(7, result.exitCode());
      assertEquals(0, result.evidence().oomKills());
    }
  }

  @Test
  void aProgramThatNeedsMoreThanAFewMebibytesReachesItsLimit() {
    // A small one: cgroup v2 would rather read Python's own code anew for each page than kill it.
    RunResult result =
        sandbox.run(RunRequest.command("tail", "/dev/zero").limits(memory(4)).build());
    assertEquals(Verdict.MEMORY_LIMIT, result.verdict());
  }

  private static LimitOverrides memory(int mebibytes) {
    return new LimitOverrides(null, null, ByteSize.ofMebibytes(mebibytes), null, null, null);
  }

  @Test
  void aMebibyteOfArgumentsAndOfEnvironmentArrives() {
    String word = "x".repeat(1 << 16);
    List<String> command =
        new ArrayList<>(
            List.of("python3", "-c", "import os, sys; print(sum(map(len, sys.argv[1:])), len(E))"));
    command.set(2, command.get(2).replace("len(E)", "sum(map(len, os.environ.values()))"));
    for (int i = 0; i < 16; i++) {
      command.add(word);
    }
    RunRequest.Builder request = RunRequest.command(command);
    for (int i = 0; i < 16; i++) {
      request.environment("LONG" + i, word);
    }
    String[] sums = text(sandbox.run(request.build()).stdout().bytes()).strip().split(" ");
    assertEquals(1 << 20, Integer.parseInt(sums[0]));
    int ofPolicy = sandbox.policy().environment().values().stream().mapToInt(String::length).sum();
    // Python's start may add LC_CTYPE.
    assertTrue(Integer.parseInt(sums[1]) >= (1 << 20) + ofPolicy, sums[1]);
  }

  @Test
  void argumentsThatDoNotFitAreTheRequestsFault() {
    List<String> many = new ArrayList<>(List.of("true"));
    for (int i = 0; i < 64; i++) {
      many.add("x".repeat(100_000));
    }
    assertInvalid("command", RunRequest.command(many).build());
    // MAX_ARG_STRLEN, execve(2): one string of 128 KiB or more.
    assertInvalid("command", RunRequest.command("true", "x".repeat(1 << 17)).build());
    assertEquals(Verdict.OK, sandbox.run(RunRequest.command("true").build()).verdict());
  }

  private static void assertInvalid(String field, RunRequest request) {
    InvalidRequestException thrown =
        assertThrows(InvalidRequestException.class, () -> sandbox.run(request));
    assertEquals(field, thrown.field());
  }

  @Test
  void manyLongNamesInDeepFoldersAreMadeAndRead() {
    RunRequest.Builder request = RunRequest.command("true");
    String deep = ("d".repeat(200) + "/").repeat(18); // 3618 bytes, and a name of 255
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      names.add(deep + "n".repeat(250) + "%05d".formatted(i));
    }
    names.forEach(name -> request.file(name, name).outputFile(name));
    RunResult result = sandbox.run(request.build());
    assertEquals(300, result.files().size(), () -> result.fileErrors().toString());
    names.forEach(name -> assertEquals(name, text(result.files().get(name))));
  }

  @Test
  void foldersAsDeepAsAPathCanBeAreNoFaultOfOurs() {
    String name = "d/".repeat(2000) + "f";
    RunResult result =
        sandbox.run(RunRequest.command("true").file(name, "x").outputFile(name).build());
    assertEquals("x", text(result.files().get(name)));
  }

  @Test
  void aWorkspaceThatIsTooSmallIsTheRequestsFault() {
    RunRequest.Builder files = RunRequest.command("true");
    for (int i = 0; i < 5000; i++) {
      files.file("f" + i, ""); // more than the policy's inodes
    }
    InvalidRequestException thrown =
        assertThrows(InvalidRequestException.class, () -> sandbox.run(files.build()));
    assertTrue(thrown.getMessage().endsWith("the workspace is too small for the files"));
    RunRequest large = RunRequest.command("true").file("f", new byte[65 << 20]).build();
    assertInvalid("files.f", large);
    RunRequest.Builder folders = RunRequest.command("true");
    for (int i = 0; i < 5000; i++) {
      folders.file("d" + i + "/f", "");
    }
    assertThrows(InvalidRequestException.class, () -> sandbox.run(folders.build()));
  }

  @Test
  void aProgramIsLookedForLikeExecvp() {
    // The first folder of PATH has one that may not be executed; a later one has one that may.
    RunRequest.Builder request =
        RunRequest.command("true").file("true", "").environment("PATH", "/box:/usr/bin");
    assertEquals(Verdict.OK, sandbox.run(request.build()).verdict());
    InvalidRequestException thrown =
        assertThrows(
            InvalidRequestException.class,
            () ->
                sandbox.run(
                    RunRequest.command("mine")
                        .file("mine", "")
                        .environment("PATH", "/box:/usr/bin")
                        .build()));
    assertEquals("command: it is not an executable file", thrown.getMessage());
  }

  @Test
  void noProcessOfAJobHasAnIdOfTheHostsRoot() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    LiveRun live = new LiveRun(new Nobody());
    try {
      Future<RunResult> run = threads.submit(() -> sandbox.run(untilInputEnds(live)));
      Processes.await("a program runs", () -> !Processes.busyInits().isEmpty());
      long init = Processes.busyInits().get(0);
      List<Long> all = new ArrayList<>(Processes.programs(init));
      all.add(init);
      String ids = Processes.status(init, "Uid");
      for (long pid : all) {
        for (String key : List.of("Uid", "Gid")) {
          String line = Processes.status(pid, key);
          assertEquals(4, line.split("\t").length, line);
          for (String id : line.split("\t")) {
            assertTrue(Long.parseLong(id) > 0, () -> pid + " " + key + ": " + line);
          }
        }
        assertEquals(ids, Processes.status(pid, "Uid"), "one id for all of a job");
        assertEquals("0000000000000000", Processes.status(pid, "CapEff"));
        assertEquals("0000000000000000", Processes.status(pid, "CapBnd"));
      }
      live.endInput();
      assertEquals(Verdict.OK, run.get().verdict());
    } finally {
      threads.shutdown();
    }
  }

  /** As the host's /proc says it, not as the plans do. */
  @Test
  void slotsHaveTheHostIdsThatTheyAreSaidToHave() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<LiveRun> live = List.of(new LiveRun(new Nobody()), new LiveRun(new Nobody()));
      List<Future<RunResult>> runs = new ArrayList<>();
      for (LiveRun one : live) {
        runs.add(threads.submit(() -> sandbox.run(untilInputEnds(one))));
      }
      Processes.await("two programs run", () -> Processes.busyInits().size() == 2);
      Set<Long> uids = new TreeSet<>();
      Set<Long> gids = new TreeSet<>();
      for (long init : Processes.busyInits()) {
        uids.add(Long.parseLong(Processes.status(init, "Uid").split("\t")[0]));
        gids.add(Long.parseLong(Processes.status(init, "Gid").split("\t")[0]));
      }
      Identity first = HostSurvey.identity();
      if (first instanceof Identity.Subordinate ids) {
        assertEquals(Set.of((long) ids.subUid(), ids.subUid() + 1L), uids);
        assertEquals(Set.of((long) ids.subGid(), ids.subGid() + 1L), gids);
      } else if (first instanceof Identity.Dropped ids) {
        assertEquals(Set.of((long) ids.uid(), ids.uid() + 1L), uids);
        assertEquals(Set.of((long) ids.gid(), ids.gid() + 1L), gids);
        assertTrue(ids.uid() >= DroppedIds.BASE);
      } else if (first instanceof Identity.Own ids) {
        assertEquals(Set.of((long) ids.uid()), uids);
        assertEquals(Set.of((long) ids.gid()), gids);
      }
      live.forEach(LiveRun::endInput);
      for (Future<RunResult> run : runs) {
        assertEquals(Verdict.OK, run.get().verdict());
      }
    } finally {
      threads.shutdown();
    }
  }

  /** A program that stays until it is looked at, however long that takes. */
  private static RunRequest untilInputEnds(LiveRun live) {
    Duration ample = Duration.ofMinutes(2);
    return RunRequest.command("cat")
        .limits(new LimitOverrides(null, ample, null, null, null, null))
        .build()
        .attendedBy(live);
  }
}
