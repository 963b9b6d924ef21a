package dev.stockade.fuzz.mutation;

import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.seccomp.BpfEvaluator;
import dev.stockade.core.seccomp.SeccompAction;
import dev.stockade.core.seccomp.SeccompData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The default policy's filter answers as the golden file {@code default-filter.txt} says, which
 * people have read. So it is known also of what this kernel lacks: a call, or a whole entry.
 */
final class ListedDetector implements Detector {
  private static final String GOLDEN = "/dev/stockade/core/seccomp/default-filter.txt";
  private static final String OTHER_ENTRIES = "through int 0x80 or x32: ";
  private static final Pattern CALLS = Pattern.compile("([A-Z_]+(?:\\([A-Z]+\\))?): (.+)");
  private static final String DEFAULT = "ERRNO(EPERM)";

  @Override
  public String name() {
    return "list";
  }

  @Override
  public boolean suits(Mutant mutant) {
    return mutant.part() == Mutant.Part.FILTER && mutant.policy().equals(Samples.DEFAULT);
  }

  @Override
  public List<String> examine(Mutant mutant) throws IOException {
    List<String> golden = golden();
    BpfEvaluator filter = new BpfEvaluator(FilterMutants.compiled(mutant));
    Broken broken = new Broken();
    String others = golden.get(0).substring(OTHER_ENTRIES.length());
    broken.check(OTHER_ENTRIES, others, said(filter.evaluate(throughX32())));
    broken.check(OTHER_ENTRIES, others, said(filter.evaluate(throughI386())));
    actions(golden)
        .forEach(
            (call, wanted) -> {
              SeccompData data = SeccompData.x86_64(SyscallTable.X86_64.number(call));
              broken.check(call, wanted, said(filter.evaluate(data)));
            });
    return broken.all();
  }

  private static String said(SeccompAction action) {
    return FilterMutants.isTelltale(action) ? DEFAULT : action.toString();
  }

  private static SeccompData throughX32() {
    return SeccompData.x86_64(SyscallTable.X86_64.number("getpid") | SeccompData.X32_SYSCALL_BIT);
  }

  private static SeccompData throughI386() {
    int getpid = SyscallTable.I386.number("getpid");
    return new SeccompData(getpid, SeccompData.AUDIT_ARCH_I386, 0, List.of(0L, 0L, 0L, 0L, 0L, 0L));
  }

  private static List<String> golden() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ListedDetector.class.getResourceAsStream(GOLDEN), GOLDEN)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** Of the calls whose arguments do not matter; their lines go on indented. */
  private static Map<String, String> actions(List<String> golden) {
    Map<String, String> actions = new TreeMap<>();
    String action = null;
    for (String line : golden) {
      Matcher head = CALLS.matcher(line);
      if (head.matches()) {
        action = head.group(1);
      } else if (!line.startsWith("  ")) {
        action = null;
      }
      if (action != null) {
        String calls = head.matches() ? head.group(2) : line.strip();
        for (String call : calls.split(" ")) {
          actions.put(call, action);
        }
      }
    }
    return actions;
  }
}
