package dev.stockade.core.plan;

/** A 64-bit value that is known, points somewhere, or is read when the step is performed. */
public sealed interface Word {
  /**
   * A number, known now.
   *
   * @param text as people read it, for example {@code MS_NOSUID|MS_NODEV}
   */
  record Constant(long value, String text) implements Word {
    @Override
    public String toString() {
      return text;
    }
  }

  /** The address of a place in a datum. */
  record Address(Slot slot) implements Word {
    @Override
    public String toString() {
      return slot.offset() == 0 ? slot.datum().toString() : slot.datum() + "+" + slot.offset();
    }
  }

  /** What an earlier step or message left in a slot. */
  record Load(Slot slot, String text) implements Word {
    @Override
    public String toString() {
      return text;
    }
  }

  /** The address of a plan's first step. */
  record Start(Plan plan) implements Word {
    @Override
    public String toString() {
      return "plan " + plan.name();
    }
  }

  static Word of(long value) {
    return new Constant(value, Long.toString(value));
  }

  static Word of(long value, String text) {
    return new Constant(value, text);
  }

  static Word addressOf(Datum datum) {
    return new Address(datum.slot(0));
  }

  static Word load(Slot slot, String text) {
    return new Load(slot, text);
  }
}
