package dev.stockade.core.run;

import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.ProcFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Gives each run that is to keep to one processor the one that fewest others have. */
final class Processors {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ALLOWED = "Cpus_allowed_list:";

  private final Map<Integer, Integer> runs = new TreeMap<>();

  /** A processor's number; to be given back. */
  synchronized int take() {
    int best = allowed().stream().min((a, b) -> runs(a) - runs(b)).orElseThrow();
    runs.merge(best, 1, Integer::sum);
    return best;
  }

  synchronized void giveBack(int processor) {
    runs.computeIfPresent(processor, (number, now) -> now > 1 ? now - 1 : null);
  }

  private int runs(int processor) {
    return runs.getOrDefault(processor, 0);
  }

  /** Those that this process may use now, in order: an administrator may change them meanwhile. */
  private static List<Integer> allowed() {
    try {
      return allowed(ProcFile.read(STATUS));
    } catch (IOException e) {
      throw new SandboxException(STATUS + " cannot be read", e);
    }
  }

  /** Numbers in {@code Cpus_allowed_list: 0-3,8} of proc(5); never none. */
  static List<Integer> allowed(String status) {
    String list =
        status
            .lines()
            .filter(line -> line.startsWith(ALLOWED))
            .map(line -> line.substring(ALLOWED.length()).strip())
            .filter(found -> found.matches("[0-9]{1,6}(-[0-9]{1,6})?(,[0-9]{1,6}(-[0-9]{1,6})?)*"))
            .findFirst()
            .orElseThrow(() -> new SandboxException(STATUS + " has no list of processors"));
    List<Integer> numbers = new ArrayList<>();
    for (String range : list.split(",")) {
      String[] ends = range.split("-");
      for (int at = Integer.parseInt(ends[0]);
          at <= Integer.parseInt(ends[ends.length - 1]);
          at++) {
        numbers.add(at);
      }
    }
    return numbers;
  }
}
