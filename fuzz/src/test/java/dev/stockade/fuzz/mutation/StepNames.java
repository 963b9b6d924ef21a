package dev.stockade.fuzz.mutation;

import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import java.util.stream.Collectors;

/** How steps are called in the names of mutants: as {@code explain} shows them, on every host. */
final class StepNames {
  private StepNames() {}

  /** The whole call, without what differs between hosts. */
  static String full(Step.Call call) {
    String text =
        call.arguments().stream().map(Word::toString).collect(Collectors.joining(", ", "(", ")"));
    return call.name()
        + text.replaceAll("\"\\d+ \\d+ 1\\\\n\", \\d+", "IDS")
            .replaceAll("\\b\\d{10}\\b", "ID")
            .replaceAll("\\d+ instructions", "instructions");
  }

  /** The call with its first string, or its first two arguments. */
  static String brief(Step.Call call) {
    for (Word word : call.arguments()) {
      if (word instanceof Word.Address address && address.slot().datum() instanceof Datum.Bytes) {
        String text = word.toString();
        if (text.startsWith("\"/") || text.startsWith("\".") || call.name().equals("fsopen")) {
          return call.name() + "(" + text + ")";
        }
      }
    }
    return call.name()
        + call.arguments().stream()
            .limit(2)
            .map(Word::toString)
            .collect(Collectors.joining(", ", "(", ")"));
  }
}
