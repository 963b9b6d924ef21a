package dev.stockade.fuzz.calls;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A system call.
 *
 * @param name kernel name, through the 64-bit entry
 * @param arguments at most six; what is missing is 0
 */
record Call(String name, List<Argument> arguments) {
  Call {
    arguments = List.copyOf(arguments);
    if (arguments.size() > 6) {
      throw new IllegalArgumentException("a call has at most six arguments");
    }
  }

  @Override
  public String toString() {
    return arguments.stream()
        .map(Argument::toString)
        .collect(Collectors.joining(", ", name + "(", ")"));
  }
}
