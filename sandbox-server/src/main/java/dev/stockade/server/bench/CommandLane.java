package dev.stockade.server.bench;

import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.Memfd;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.linux.SystemCallException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A run that is one or more commands of the host, started as the bare program is started. What they
 * print goes nowhere, except in the first run, which is kept for the reason when it fails.
 */
final class CommandLane implements Lane {
  private static final String DEV_NULL = "/dev/null";

  private final List<List<String>> commands;
  private final String differences;
  private final Map<Integer, Supplier<Fd>> descriptors;
  private final boolean cpuIsKnown;
  private final Runnable cleanUp;
  private final Fd nowhere = Sys.openForWriting(DEV_NULL);

  private CommandLane(
      List<List<String>> commands,
      String differences,
      Map<Integer, Supplier<Fd>> descriptors,
      boolean cpuIsKnown,
      Runnable cleanUp) {
    this.commands = commands;
    this.differences = differences;
    this.descriptors = descriptors;
    this.cpuIsKnown = cpuIsKnown;
    this.cleanUp = cleanUp;
  }

  /**
   * Tries the commands once.
   *
   * @param descriptors opened anew for each run, by their number in the command
   * @param cpuIsKnown whether each of its processes waits for those that it starts
   * @param cleanUp when the lane is closed
   * @throws CannotCompeteException with what the command that failed wrote last
   */
  static CommandLane open(
      List<List<String>> commands,
      String differences,
      Map<Integer, Supplier<Fd>> descriptors,
      boolean cpuIsKnown,
      Runnable cleanUp)
      throws CannotCompeteException {
    CommandLane lane = new CommandLane(commands, differences, descriptors, cpuIsKnown, cleanUp);
    try {
      lane.tryOut();
      return lane;
    } catch (CannotCompeteException e) {
      lane.close();
      throw e;
    }
  }

  @Override
  public List<List<String>> commands() {
    return commands;
  }

  @Override
  public String differences() {
    return differences;
  }

  @Override
  public boolean cpuIsKnown() {
    return cpuIsKnown;
  }

  @Override
  public void run() throws CannotCompeteException {
    for (List<String> command : commands) {
      int status = start(command, nowhere);
      if (status != 0) {
        throw failed(command, status, "");
      }
    }
  }

  private void tryOut() throws CannotCompeteException {
    for (List<String> command : commands) {
      try (Fd words = Memfd.create("stockade-bench-words")) {
        int status = start(command, words);
        if (status != 0) {
          throw failed(command, status, Words.last(words));
        }
      }
    }
  }

  private int start(List<String> command, Fd output) throws CannotCompeteException {
    List<Fd> opened = new ArrayList<>();
    try {
      Map<Integer, Fd> passed = new HashMap<>(Map.of(1, output, 2, output));
      for (Map.Entry<Integer, Supplier<Fd>> descriptor : descriptors.entrySet()) {
        Fd fd = descriptor.getValue().get();
        opened.add(fd);
        passed.put(descriptor.getKey(), fd);
      }
      return Sys.waitFor(
          Sys.spawn(
              command.get(0), command, List.of("PATH=/usr/bin:/bin:/usr/sbin:/sbin"), passed));
    } catch (SystemCallException e) {
      throw new CannotCompeteException(String.valueOf(e.getMessage()));
    } finally {
      opened.forEach(Fd::close);
    }
  }

  private static CannotCompeteException failed(
      List<String> command, int status, @Nullable String words) {
    String end =
        (status & 0x7f) == 0 ? "exit status " + (status >> 8) : "signal " + (status & 0x7f);
    String said = words == null || words.isEmpty() ? "" : ": " + words;
    return new CannotCompeteException(Words.base(command.get(0)) + " failed with " + end + said);
  }

  @Override
  public void close() {
    nowhere.close();
    cleanUp.run();
  }
}
