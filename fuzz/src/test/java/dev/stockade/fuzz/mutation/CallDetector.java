package dev.stockade.fuzz.mutation;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.run.Alteration;
import dev.stockade.core.seccomp.SeccompAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes the calls that a hole in the filter would let through; the filter must answer, as ever. */
final class CallDetector implements Detector.OnBench {
  /** Hundreds of calls, each in a process of its own. */
  private static final LimitOverrides AMPLE =
      new LimitOverrides(Duration.ofMinutes(1), Duration.ofMinutes(2), null, null, null, null);

  @Override
  public String name() {
    return "calls";
  }

  @Override
  public boolean suits(Mutant mutant) {
    return mutant.part() == Mutant.Part.FILTER && !mutant.calls().isEmpty();
  }

  @Override
  public Alteration surrounding(Mutant mutant) {
    return Alteration.NONE; // filters of mutants deny with an errno of their own already
  }

  @Override
  public List<String> look(Bench bench, Mutant mutant) {
    Broken broken = new Broken();
    List<long[]> answered = new ArrayList<>();
    for (long[] call : mutant.calls()) {
      SeccompAction wanted = FilterMutants.wanted(mutant, call);
      if (wanted.kind() != SeccompAction.Kind.USER_NOTIFY) {
        answered.add(call);
      } else if (broken.all().isEmpty()) {
        RunResult result = run(bench, List.of(call));
        broken.check("the verdict", Verdict.SECURITY_VIOLATION, result.verdict());
        broken.check(
            "the call that is named",
            SyscallTable.X86_64.name((int) call[0]),
            result.evidence().deniedSyscall());
      }
    }
    if (!answered.isEmpty()) {
      RunResult result = run(bench, answered);
      String said = new String(result.stdout().bytes(), StandardCharsets.UTF_8);
      String[] lines = said.split("\n", -1);
      for (int i = 0; i < answered.size(); i++) {
        broken.check(
            Arrays.toString(answered.get(i)),
            wanted(FilterMutants.wanted(mutant, answered.get(i))),
            i < lines.length ? lines[i] : "nothing");
      }
    }
    return broken.all();
  }

  private static String wanted(SeccompAction action) {
    return switch (action.kind()) {
      case ERRNO -> action.data() == 0 ? "done" : Errno.nameOf(action.data());
      case KILL_PROCESS -> "signal 31";
      default -> action.toString();
    };
  }

  /** A run that makes one call, with zeros. */
  static RunResult run(Bench bench, String call) {
    long[] words = new long[7];
    words[0] = SyscallTable.X86_64.number(call);
    return run(bench, List.of(words));
  }

  private static RunResult run(Bench bench, List<long[]> calls) {
    List<String> command = new ArrayList<>(List.of("./probe", "call"));
    for (long[] call : calls) {
      for (long word : call) {
        command.add(Long.toString(word));
      }
    }
    return bench.run(
        RunRequest.command(command).executable("probe", Probe.program()).limits(AMPLE).build());
  }
}
