package dev.stockade.core.plan;

/**
 * A plan as text for people: a heading and a reason for each phase, a numbered line for each step.
 *
 * <p>The numbers are those that a failed step is reported by, see {@link Plan#describeFailure}.
 */
public final class PlanPrinter {
  private PlanPrinter() {}

  /** The text, lines ended by {@code \n}. */
  public static String print(Plan plan) {
    int width = Math.max(3, Integer.toString(plan.steps().size() - 1).length());
    StringBuilder out = new StringBuilder();
    out.append("plan ").append(plan.name()).append(", ");
    out.append(plan.steps().size()).append(plan.steps().size() == 1 ? " step\n" : " steps\n");
    Phase phase = null;
    for (int i = 0; i < plan.steps().size(); i++) {
      Step step = plan.steps().get(i);
      if (step.phase() != phase) {
        phase = step.phase();
        out.append("  ").append(phase).append(": ").append(phase.reason()).append('\n');
      }
      String number = Integer.toString(i);
      out.append(" ".repeat(4 + width - number.length())).append(number);
      out.append("  ").append(step).append('\n');
    }
    return out.toString();
  }
}
