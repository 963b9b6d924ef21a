package dev.stockade.core;

import dev.stockade.core.policy.Policies;
import dev.stockade.core.run.BareSpawn;
import java.util.*;

class QuickBench {
  public static void main(String[] a) throws Exception {
    int n = Integer.parseInt(a[0]);
    long pause = a.length > 1 ? Long.parseLong(a[1]) : 0;
    try (Sandbox s = Sandbox.open(Policies.named("default"))) {
      RunRequest r = RunRequest.command("/bin/true").build();
      long[] bare = new long[n], box = new long[n], wall = new long[n];
      for (int i = 0; i < n; i++) {
        long t0 = System.nanoTime();
        BareSpawn.run("/bin/true", List.of("true"));
        long t1 = System.nanoTime();
        RunResult x = s.run(r);
        long t2 = System.nanoTime();
        bare[i] = t1 - t0;
        box[i] = t2 - t1;
        wall[i] = x.usage().wallTimeNanos();
        if (x.verdict() != Verdict.OK) throw new IllegalStateException(x.toString());
        if (pause > 0) Thread.sleep(pause);
      }
      for (long[] v : List.of(bare, box, wall)) {
        long[] w = Arrays.copyOfRange(v, n / 3, n);
        Arrays.sort(w);
        System.out.printf(
            "p50 %.3f p95 %.3f ms%n", w[w.length / 2] / 1e6, w[w.length * 95 / 100] / 1e6);
      }
    }
  }
}
