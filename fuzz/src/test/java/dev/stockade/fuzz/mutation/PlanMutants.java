package dev.stockade.fuzz.mutation;

import dev.stockade.core.linux.Constants;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import dev.stockade.core.run.Alteration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Everything that can be taken from plans as they are compiled: each step, with those that use its
 * result, each protective flag, each mount option, each securebit.
 *
 * <p>Not taken away is what makes a sandbox run rather than what makes it tight: the messages
 * between server and processes, {@code clone3}, {@code wait4}, {@code execve}, and the work flags
 * of {@link Flags}.
 */
final class PlanMutants {
  private static final Set<String> RUNS = Set.of("execve", "exit_group");
  private static final Set<String> TALKS = Set.of("write", "sendmsg", "recvmsg");

  /** Plans that are performed for a run's files, with as many steps as it has files. */
  private static final Set<String> FILES = Set.of("make folders", "make files", "open files");

  private static final List<String> SECUREBITS =
      List.of(
          "NOROOT",
          "NOROOT_LOCKED",
          "NO_SETUID_FIXUP",
          "NO_SETUID_FIXUP_LOCKED",
          "KEEP_CAPS",
          "KEEP_CAPS_LOCKED",
          "NO_CAP_AMBIENT_RAISE",
          "NO_CAP_AMBIENT_RAISE_LOCKED");

  private final String policy;
  private final Map<String, Mutant> mutants = new LinkedHashMap<>();

  private PlanMutants(String policy) {
    this.policy = policy;
  }

  /** The mutants of some plans, which belong to a policy of {@link Samples}. */
  static List<Mutant> of(String policy, List<Plan> plans) {
    PlanMutants all = new PlanMutants(policy);
    for (Plan plan : plans) {
      if (FILES.contains(plan.name())) {
        all.files(plan);
      } else {
        all.plan(plan);
      }
    }
    return List.copyOf(all.mutants.values());
  }

  private void plan(Plan plan) {
    for (int i = 0; i < plan.steps().size(); i++) {
      Step step = plan.steps().get(i);
      if (step instanceof Step.Call call && !isStructure(call)) {
        without(plan, i, call);
        flags(plan, i, call);
        options(plan, i, call);
        securebits(plan, i, call);
      } else if (step instanceof Step.Spawn spawn) {
        spawn(plan, i, spawn);
      } else if (step instanceof Step.Call call) {
        flags(plan, i, call);
      }
    }
  }

  private static boolean isStructure(Step.Call call) {
    if (RUNS.contains(call.name())) {
      return true;
    }
    String first = call.arguments().isEmpty() ? "" : call.arguments().get(0).toString();
    return (TALKS.contains(call.name()) && (first.equals("control") || first.equals("job")))
        || (call.name().equals("dup2") && call.arguments().get(1).toString().equals("job"));
  }

  private void without(Plan plan, int at, Step.Call call) {
    Set<Integer> all = new TreeSet<>(Set.of(at));
    if (call.result() != null) {
      users(plan, at, call.result(), all);
    }
    boolean structure =
        all.stream()
            .map(plan.steps()::get)
            .anyMatch(step -> !(step instanceof Step.Call one) || isStructure(one));
    if (structure) {
      return; // the workspace's mount, which is sent to the server
    }
    String rest = all.size() > 1 ? " and what uses it" : "";
    add(
        plan,
        "without " + StepNames.full(call) + rest,
        call.name().equals("sched_setaffinity")
            ? asking(plan, at)
            : Alterations.without(plan.name(), all));
  }

  /**
   * Asks instead: the server writes the processor for each run, so there must be a place for it.
   */
  private static Alteration asking(Plan plan, int at) {
    return Alterations.steps(
        plan.name(),
        steps -> {
          Step.Call sets = (Step.Call) steps.get(at);
          List<Step> changed = new ArrayList<>(steps);
          changed.set(
              at,
              new Step.Call(
                  sets.phase(), "sched_getaffinity", sets.arguments(), sets.tolerated(), 0, null));
          return changed;
        });
  }

  /** The steps after one that load its result or point to where it stands. */
  private static void users(Plan plan, int at, Slot result, Set<Integer> all) {
    for (int i = at + 1; i < plan.steps().size(); i++) {
      if (uses(plan.steps().get(i), result.datum()) && all.add(i)) {
        if (plan.steps().get(i) instanceof Step.Call call && call.result() != null) {
          users(plan, i, call.result(), all);
        }
      }
    }
  }

  private static boolean uses(Step step, Datum datum) {
    return step instanceof Step.Call call
        && call.arguments().stream().anyMatch(word -> uses(word, datum));
  }

  private static boolean uses(Word word, Datum datum) {
    if (word instanceof Word.Load load) {
      return load.slot().datum() == datum;
    }
    return word instanceof Word.Address address
        && (address.slot().datum() == datum
            || (address.slot().datum() instanceof Datum.Words words
                && words.words().stream().anyMatch(inner -> uses(inner, datum))));
  }

  private void flags(Plan plan, int at, Step.Call call) {
    for (int k = 0; k < call.arguments().size(); k++) {
      int argument = k;
      for (Map.Entry<String, Long> flag : Flags.in(call.arguments().get(k).toString()).entrySet()) {
        add(
            plan,
            StepNames.brief(call) + " without " + flag.getKey(),
            with(plan, at, argument, word -> Flags.without(word, flag.getValue())));
      }
    }
  }

  /** Changes one argument of a call. */
  private static Alteration with(Plan plan, int at, int argument, UnaryOperator<Word> change) {
    return Alterations.instead(plan.name(), at, step -> with((Step.Call) step, argument, change));
  }

  private static Step.Call with(Step.Call call, int argument, UnaryOperator<Word> change) {
    List<Word> arguments = new ArrayList<>(call.arguments());
    arguments.set(argument, change.apply(arguments.get(argument)));
    return new Step.Call(
        call.phase(), call.name(), arguments, call.tolerated(), call.atLeast(), call.result());
  }

  private void spawn(Plan plan, int at, Step.Spawn spawn) {
    for (Map.Entry<String, Long> flag : Flags.in(spawn.flags()).entrySet()) {
      // The child's plan is that of this very moment: it may have been altered as well.
      Alteration without =
          Alterations.instead(
              plan.name(),
              at,
              step ->
                  step instanceof Step.Spawn now
                      ? new Step.Spawn(
                          now.phase(),
                          Flags.without((Datum.Words) now.arguments(), flag.getValue()),
                          now.flags(),
                          now.child(),
                          now.pid())
                      : step);
      add(plan, "clone3 without " + flag.getKey(), without);
    }
  }

  /** The fifth argument of mount(2). */
  private void options(Plan plan, int at, Step.Call call) {
    if (!call.name().equals("mount")
        || !(call.arguments().get(4) instanceof Word.Address address)) {
      return;
    }
    String quoted = address.slot().datum().toString();
    List<String> all = List.of(quoted.substring(1, quoted.length() - 1).split(","));
    for (String option : all) {
      List<String> left = new ArrayList<>(all);
      left.remove(option);
      Word text = Word.addressOf(Datum.string(String.join(",", left)));
      add(plan, StepNames.brief(call) + " without " + option, with(plan, at, 4, any -> text));
    }
  }

  private void securebits(Plan plan, int at, Step.Call call) {
    if (!call.name().equals("prctl")
        || !(call.arguments().get(0) instanceof Word.Constant option)
        || option.value() != Constants.PR_SET_SECUREBITS) {
      return;
    }
    for (int bit = 0; bit < SECUREBITS.size(); bit++) {
      if ((Constants.SECUREBITS_LOCKED_DOWN & 1L << bit) != 0) {
        Word left = Word.of(Constants.SECUREBITS_LOCKED_DOWN & ~(1L << bit));
        add(
            plan,
            "prctl(PR_SET_SECUREBITS) without " + SECUREBITS.get(bit),
            with(plan, at, 1, any -> left));
      }
    }
  }

  /** A plan of files has the same few steps for each of them: all of a kind are changed. */
  private void files(Plan plan) {
    for (Step step : plan.steps()) {
      if (!(step instanceof Step.Call call) || isStructure(call)) {
        continue;
      }
      if (call.name().equals("close")) {
        boolean workspace = call.arguments().get(0).toString().equals("the workspace");
        String what = workspace ? "the workspace" : "the file";
        addOnce(
            plan,
            "without close(" + what + ")",
            Alterations.steps(
                plan.name(),
                steps ->
                    steps.stream()
                        .filter(one -> !(isClose(one) && isOfWorkspace(one) == workspace))
                        .toList()));
      }
      if (call.name().equals("openat2")) {
        for (Map.Entry<String, Long> flag :
            Flags.in(call.arguments().get(2).toString()).entrySet()) {
          addOnce(
              plan,
              "openat2 without " + flag.getKey(),
              Alterations.steps(
                  plan.name(),
                  steps ->
                      steps.stream()
                          .map(one -> openWithout(one, flag.getKey(), flag.getValue()))
                          .toList()));
        }
      }
    }
  }

  private static boolean isClose(Step step) {
    return step instanceof Step.Call call && call.name().equals("close");
  }

  private static boolean isOfWorkspace(Step step) {
    return step instanceof Step.Call call
        && call.arguments().get(0).toString().equals("the workspace");
  }

  /** {@code struct open_how}: flags, mode, resolve; a flag of the one may be a bit of the other. */
  private static Step openWithout(Step step, String name, long bit) {
    if (!(step instanceof Step.Call call) || !call.name().equals("openat2")) {
      return step;
    }
    Word.Address how = (Word.Address) call.arguments().get(2);
    List<Word> words = new ArrayList<>(((Datum.Words) how.slot().datum()).words());
    int at = name.startsWith("RESOLVE_") ? 2 : 0;
    words.set(at, Flags.without(words.get(at), bit));
    return with(call, 2, any -> Word.addressOf(Datum.words("how", words)));
  }

  private void addOnce(Plan plan, String what, Alteration alteration) {
    if (!mutants.containsKey(prefix() + plan.name() + ": " + what)) {
      add(plan, what, alteration);
    }
  }

  private void add(Plan plan, String what, Alteration alteration) {
    String name = prefix() + plan.name() + ": " + what;
    for (int twin = 2; mutants.containsKey(name); twin++) {
      name = prefix() + plan.name() + ": " + what + " #" + twin;
    }
    mutants.put(name, Mutant.of(name, part(plan), policy, alteration));
  }

  private String prefix() {
    return policy.equals(Samples.DEFAULT) ? "" : policy + ", ";
  }

  private static Mutant.Part part(Plan plan) {
    return switch (plan.name()) {
      case "zygote" -> Mutant.Part.ZYGOTE;
      case "payload", "program" -> Mutant.Part.PROGRAM;
      case "make an init", "newborn init", "init" -> Mutant.Part.INIT;
      default -> Mutant.Part.FILES;
    };
  }
}
