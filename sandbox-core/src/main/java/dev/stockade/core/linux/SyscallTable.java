package dev.stockade.core.linux;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The system calls of one architecture entry, by kernel name and number.
 *
 * <p>Source: the kernel's {@code arch/x86/entry/syscalls/syscall_64.tbl} and {@code syscall_32.tbl}
 * up to Linux 6.18, as in syscalls(2).
 */
public final class SyscallTable {
  /** The 64-bit x86 entry ({@code syscall} instruction). */
  public static final SyscallTable X86_64 = load("x86_64");

  /** The 32-bit x86 entry ({@code int 0x80}). */
  public static final SyscallTable I386 = load("i386");

  private final Map<String, Integer> numbers;
  private final Map<Integer, String> names;

  private SyscallTable(Map<String, Integer> numbers) {
    this.numbers = Collections.unmodifiableMap(numbers);
    Map<Integer, String> reverse = new HashMap<>();
    numbers.forEach((name, number) -> reverse.put(number, name));
    this.names = Collections.unmodifiableMap(reverse);
  }

  /** Every name of this entry, in alphabetical order, with its number. */
  public Map<String, Integer> numbers() {
    return numbers;
  }

  /** The number of a call that this entry must have. */
  public int number(String name) {
    Integer number = numbers.get(name);
    if (number == null) {
      throw new IllegalArgumentException("no system call is named " + name);
    }
    return number;
  }

  /** The number of a call, or empty when this entry has none of that name. */
  public OptionalInt find(String name) {
    Integer number = numbers.get(name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** The name of a number, or {@code syscall_N} when the table has none. */
  public String name(int number) {
    return names.getOrDefault(number, "syscall_" + number);
  }

  private static SyscallTable load(String entry) {
    String resource = "syscalls-" + entry + ".tsv";
    try (InputStream in = SyscallTable.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
      Map<String, Integer> numbers = new TreeMap<>();
      lines
          .lines()
          .forEach(
              line -> {
                int tab = line.indexOf('\t');
                numbers.put(line.substring(tab + 1), Integer.parseInt(line.substring(0, tab)));
              });
      return new SyscallTable(numbers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
