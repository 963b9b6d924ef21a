package dev.stockade.fuzz.mutation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Promises that do not hold, each with what is there instead. */
final class Broken {
  private final List<String> all = new ArrayList<>();

  /** Compares; {@code null} stands for what is not there. */
  void check(String what, @Nullable Object wanted, @Nullable Object there) {
    if (!Objects.equals(wanted, there)) {
      all.add(what + " is " + there + ", not " + wanted);
    }
  }

  void add(String what) {
    all.add(what);
  }

  List<String> all() {
    return List.copyOf(all);
  }
}
