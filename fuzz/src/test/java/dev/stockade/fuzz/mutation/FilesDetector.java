package dev.stockade.fuzz.mutation;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.linux.Constants;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import dev.stockade.core.run.Alteration;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Files are made and read in a workspace full of traps: links and a FIFO; and under names that were
 * not checked.
 *
 * <p>A mount in the workspace is no trap: files are read when the job's mount namespace is gone.
 */
final class FilesDetector implements Detector.OnBench {
  /** What unchecked names become on their way to openat2(2). */
  private static final Map<String, String> UNCHECKED =
      Map.of("up", "../etc/passwd", "via-link", "early-link/new");

  private static final String TRAPS =
      "mkfifo fifo && ln -s /etc/passwd file-link && mkdir folder && echo x > folder/x"
          + " && ln -s folder folder-link && echo fine > fine";

  private static final Word CWD = Word.of(Constants.AT_FDCWD);

  @Override
  public String name() {
    return "files";
  }

  @Override
  public boolean suits(Mutant mutant) {
    return mutant.part() == Mutant.Part.FILES;
  }

  @Override
  public Alteration surrounding(Mutant mutant) {
    return Alterations.inOrder(trapsInTheWorkspace(), uncheckedNames());
  }

  /** In the workspace before any file is made: a file, a folder, a link to it. */
  private static Alteration trapsInTheWorkspace() {
    return Alterations.steps(
        "init",
        steps -> {
          int at = 0;
          while (steps.get(at).phase() != Phase.PRIVILEGES) {
            at++;
          }
          Slot fd = Datum.space(8, "descriptor of a trap").slot(0);
          List<Step> changed = new ArrayList<>(steps);
          Word create = Word.of(Constants.O_WRONLY | Constants.O_CREAT);
          changed.addAll(
              at,
              Plan.builder("traps")
                  .phase(Phase.MOUNTS)
                  .call("mkdirat", CWD, text("/box/early"), Word.of(0755))
                  .call("symlinkat", text("early"), CWD, text("/box/early-link"))
                  .call(fd, "openat", CWD, text("/box/there"), create, Word.of(0644))
                  .call("close", Word.load(fd, "trap"))
                  .build()
                  .steps());
          return changed;
        });
  }

  private static Word text(String text) {
    return Word.addressOf(Datum.string(text));
  }

  /** As if nobody had looked at the names of a request. */
  private static Alteration uncheckedNames() {
    return new Alteration() {
      @Override
      public Plan plan(Plan plan) {
        return plan.withSteps(plan.steps().stream().map(FilesDetector::unchecked).toList());
      }
    };
  }

  private static Step unchecked(Step step) {
    if (!(step instanceof Step.Call call) || !call.name().equals("openat2")) {
      return step;
    }
    String quoted = call.arguments().get(1).toString();
    String other = UNCHECKED.get(quoted.substring(1, quoted.length() - 1));
    if (other == null) {
      return step;
    }
    List<Word> arguments = new ArrayList<>(call.arguments());
    arguments.set(1, text(other));
    return new Step.Call(
        call.phase(), call.name(), arguments, call.tolerated(), call.atLeast(), call.result());
  }

  @Override
  public List<String> look(Bench bench, Mutant mutant) throws InterruptedException {
    Broken broken = new Broken();
    for (Map.Entry<String, String> made :
        Map.of("there", "EEXIST", "via-link", "ELOOP", "up", "EXDEV").entrySet()) {
      broken.check(
          "making " + made.getKey(),
          "files." + made.getKey() + ": cannot be made in the workspace: " + made.getValue(),
          making(bench, made.getKey()));
    }
    String hung = bench.within(30, () -> reading(bench, broken));
    if (hung != null) {
      broken.add(hung);
      return broken.all();
    }
    bench
        .zygote()
        .descriptors()
        .ifPresent(
            open -> broken.check("the zygote's descriptors", Set.of(0, 1, 2, 3, 4), open.keySet()));
    return broken.all();
  }

  private static String making(Bench bench, String name) {
    try {
      return "it is made: "
          + bench.run(RunRequest.command("true").file(name, "x").build()).verdict();
    } catch (InvalidRequestException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void reading(Bench bench, Broken broken) {
    RunRequest.Builder request = RunRequest.command("sh", "-c", TRAPS).file("own/one", "own");
    List.of("fifo", "file-link", "folder-link/x", "up", "fine", "own/one")
        .forEach(request::outputFile);
    RunResult result = bench.run(request.build());
    broken.check(
        "errors of files",
        new TreeMap<>(
            Map.of(
                "fifo", "is not a regular file",
                "file-link", "has a symbolic link in its path (ELOOP)",
                "folder-link/x", "has a symbolic link in its path (ELOOP)",
                "up", "cannot be opened: EXDEV")),
        new TreeMap<>(result.fileErrors()));
    Map<String, String> contents = new TreeMap<>();
    result
        .files()
        .forEach((name, bytes) -> contents.put(name, new String(bytes, StandardCharsets.UTF_8)));
    broken.check("files", Map.of("fine", "fine\n", "own/one", "own"), contents);
  }
}
