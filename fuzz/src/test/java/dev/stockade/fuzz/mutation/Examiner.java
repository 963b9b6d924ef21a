package dev.stockade.fuzz.mutation;

import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Sys;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Puts mutants before detectors until one of them notices. */
final class Examiner {
  private final List<Detector> detectors;

  Examiner(List<Detector> detectors) {
    this.detectors = List.copyOf(detectors);
  }

  /**
   * What came of a mutant.
   *
   * @param caughtBy name of the detector; empty when it survived
   * @param evidence the first promise that was broken
   */
  record Outcome(Mutant mutant, String caughtBy, String evidence) {
    boolean survived() {
      return caughtBy.isEmpty();
    }

    @Override
    public String toString() {
      return mutant + ": " + (survived() ? "SURVIVED" : caughtBy + ", " + evidence);
    }
  }

  Outcome examine(Mutant mutant) {
    List<Detector> order = new ArrayList<>(detectors);
    order.removeIf(detector -> !detector.suits(mutant));
    for (Detector detector : order) {
      List<String> broken = look(detector, mutant);
      if (!broken.isEmpty()) {
        return new Outcome(mutant, detector.name(), broken.get(0));
      }
    }
    return new Outcome(mutant, "", "");
  }

  /** What one detector notices, and what it left behind. */
  static List<String> look(Detector detector, Mutant mutant) {
    Set<Long> before = HostProcess.childrenOf(Sys.pid());
    List<String> broken = new ArrayList<>();
    try {
      broken.addAll(detector.examine(mutant));
    } catch (SandboxException | InvalidRequestException e) {
      broken.add("does not run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(mutant + " before " + detector.name(), e);
    }
    Set<Long> left = new TreeSet<>(HostProcess.childrenOf(Sys.pid()));
    left.removeAll(before);
    if (!left.isEmpty()) {
      broken.add("processes are left: " + left);
      left.forEach(pid -> Sys.kill((int) (long) pid, Constants.SIGKILL));
      left.forEach(pid -> Sys.waitFor((int) (long) pid));
    }
    return broken;
  }
}
