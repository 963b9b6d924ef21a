package dev.stockade.core;

import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;

/** When a step is performed, as a request sees it. */
public enum Moment {
  SLOT("once for a slot"),
  AHEAD("ahead of the request"),
  REQUEST("while the request waits"),
  PROGRAM("beside the program"),
  AFTER("after the answer");

  private final String text;

  Moment(String text) {
    this.text = text;
  }

  /** As people read it. */
  public String text() {
    return text;
  }

  /** The moment of a step of a plan. */
  static Moment of(Plan plan, int index) {
    return switch (plan.name()) {
      case "zygote" -> SLOT;
      case "make an init", "newborn init" -> AHEAD;
      case "payload" -> index <= lastWait(plan) ? AHEAD : REQUEST;
      case "program" -> REQUEST;
      case "init" -> ofInit(plan, index);
      default -> throw new IllegalArgumentException(plan + " is none of a run without files");
    };
  }

  private static Moment ofInit(Plan init, int index) {
    if (index <= spawn(init)) {
      return AHEAD;
    }
    if (index <= firstReap(init)) {
      return PROGRAM;
    }
    return index < init.steps().size() - 1 ? REQUEST : AFTER;
  }

  /** The step at which the request arrives. */
  static int lastWait(Plan payload) {
    int last = -1;
    for (int i = 0; i < payload.steps().size(); i++) {
      if (payload.steps().get(i) instanceof Step.Call call && call.name().equals("recvmsg")) {
        last = i;
      }
    }
    return last;
  }

  /** The step that makes a child; it has been made when the next step begins. */
  static int spawn(Plan init) {
    return first(init, Step.Spawn.class);
  }

  /** The step that waits for the program. */
  static int firstReap(Plan init) {
    return first(init, Step.Reap.class);
  }

  private static int first(Plan plan, Class<? extends Step> kind) {
    for (int i = 0; i < plan.steps().size(); i++) {
      if (kind.isInstance(plan.steps().get(i))) {
        return i;
      }
    }
    throw new IllegalArgumentException(plan + " has no " + kind.getSimpleName());
  }
}
