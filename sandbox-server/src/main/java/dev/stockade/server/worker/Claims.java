package dev.stockade.server.worker;

import dev.stockade.server.store.Claim;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The claims of a server, of jobs that have not ended, and which of them it has given up.
 * Thread-safe.
 */
final class Claims {
  private final Map<String, Claim> byJob = new HashMap<>();
  private final Set<Claim> givenUp = new HashSet<>();

  synchronized void add(Claim claim) {
    byJob.put(claim.id(), claim);
  }

  /**
   * Adds the claim of a job that takes it, whose end comes after this: who cancels it meanwhile
   * waits.
   *
   * @param takes whether the job takes it
   */
  synchronized boolean add(Claim claim, BooleanSupplier takes) {
    if (!takes.getAsBoolean()) {
      return false;
    }
    add(claim);
    return true;
  }

  synchronized boolean has(String job) {
    return byJob.containsKey(job);
  }

  synchronized List<Claim> all() {
    return List.copyOf(byJob.values());
  }

  /**
   * Takes a newer claim of a job that runs here still, unless the older one was given up.
   *
   * @param takes whether the job takes it
   */
  synchronized boolean replace(Claim claim, BooleanSupplier takes) {
    Claim before = byJob.get(claim.id());
    if ((before != null && givenUp.contains(before)) || !takes.getAsBoolean()) {
      return false;
    }
    byJob.put(claim.id(), claim);
    return true;
  }

  /** Gives a claim up; false when a newer one has taken its place, or its job has ended here. */
  synchronized boolean giveUp(Claim claim) {
    return claim.equals(byJob.get(claim.id())) && givenUp.add(claim);
  }

  /** Gives up the claim of a job, if there is one. */
  synchronized void giveUp(String job) {
    Claim claim = byJob.get(job);
    if (claim != null) {
      givenUp.add(claim);
    }
  }

  /** Its job ends here; false when the claim had been given up before. */
  synchronized boolean remove(Claim claim) {
    byJob.remove(claim.id(), claim);
    return !givenUp.remove(claim);
  }
}
