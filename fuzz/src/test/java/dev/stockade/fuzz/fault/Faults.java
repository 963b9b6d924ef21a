package dev.stockade.fuzz.fault;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All faults of plans. */
final class Faults {
  private static final Map<String, List<Errno>> ERRNOS = read();

  private Faults() {}

  private static Map<String, List<Errno>> read() {
    try (InputStream text = Faults.class.getResourceAsStream("errnos.txt")) {
      if (text == null) {
        throw new IllegalStateException("errnos.txt is not on the class path");
      }
      Map<String, List<Errno>> errnos = new HashMap<>();
      String all = new String(text.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : all.split("\n", -1)) {
        if (!line.startsWith("#")) {
          String[] words = line.split(":? ");
          errnos.put(words[0], Arrays.stream(words).skip(1).map(Faults::errno).distinct().toList());
        }
      }
      return errnos;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Errno errno(String name) {
    return Errno.valueOf(name.equals("EWOULDBLOCK") ? "EAGAIN" : name);
  }

  /** Each errno of each call of a plan; {@code exit_group} has none. */
  static List<Fault> failures(Plan plan) {
    List<Fault> faults = new ArrayList<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      String call = Fault.callOf(plan.steps().get(i));
      if (!call.isEmpty() && !call.equals("exit_group")) {
        List<Errno> errnos = ERRNOS.get(call);
        if (errnos == null) {
          throw new IllegalStateException("errnos.txt has no line for " + call);
        }
        for (Errno errno : errnos) {
          faults.add(new Fault(plan, i, errno));
        }
      }
    }
    return faults;
  }

  /** The process ends at each step of a plan. */
  static List<Fault> ends(Plan plan) {
    List<Fault> faults = new ArrayList<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      if (!(plan.steps().get(i) instanceof Step.Spawn)) {
        faults.add(new Fault(plan, i, null));
      }
    }
    return faults;
  }
}
