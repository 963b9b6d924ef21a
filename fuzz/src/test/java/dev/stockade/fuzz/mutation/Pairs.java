package dev.stockade.fuzz.mutation;

import dev.stockade.core.run.Alteration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Two protections taken away at once: those that cover each other, and steps of which the second
 * fails without the first, so that alone each would only stop the sandbox from running.
 */
final class Pairs {
  /** The second after the first, by name. */
  private static final String[][] STOPS_THE_OTHER = {
    {
      "zygote: without umount2(\"/.host\", MNT_DETACH)",
      "zygote: without unlinkat(AT_FDCWD, \"/.host\", AT_REMOVEDIR)"
    },
    {
      "zygote: unshare(CLONE_NEWUSER|CLONE_NEWNS|CLONE_NEWNET|CLONE_NEWUTS) without CLONE_NEWUTS",
      "zygote: without sethostname(\"stockade\", 8)"
    },
    {
      "filter: without EAFNOSUPPORT socket when arg0 & 0xffffffff NOT_EQUAL 0x1, arg0 & 0xffffffff"
          + " NOT_EQUAL 0x2, arg0 & 0xffffffff NOT_EQUAL 0xa, arg0 & 0xffffffff NOT_EQUAL 0x10",
      "filter: whatever its arguments, allow socket when arg0 & 0xffffffff EQUAL 0x1"
    },
  };

  private Pairs() {}

  /** The pairs whose mutants are among those of this host. */
  static List<Mutant> all(List<Mutant> mutants) {
    Map<String, Mutant> byName =
        mutants.stream()
            .collect(
                Collectors.toMap(
                    Mutant::name, Function.identity(), (a, b) -> a, LinkedHashMap::new));
    List<Mutant> pairs = new ArrayList<>();
    for (String[] names : STOPS_THE_OTHER) {
      add(pairs, byName, names[0], names[1]);
    }
    for (Explained explained : Explained.all()) {
      if (!explained.partner().isEmpty()) {
        byName.keySet().stream()
            .filter(explained::isOf)
            .toList()
            .forEach(name -> add(pairs, byName, name, explained.partner()));
      }
    }
    return pairs;
  }

  private static void add(
      List<Mutant> pairs, Map<String, Mutant> byName, String one, String other) {
    Mutant first = byName.get(one);
    Mutant second = byName.get(other);
    if (first == null || second == null) {
      return; // of another kind of identity; MutantTableTest knows whether the names are right
    }
    String name = one + " + " + other;
    if (first.part() == Mutant.Part.FILTER) {
      pairs.add(FilterMutants.both(name, first, second));
      return;
    }
    Alteration both = Alterations.both(first.alteration(), second.alteration());
    pairs.add(Mutant.of(name, first.part(), first.policy(), both));
  }
}
