package dev.stockade.core.compile;

import static dev.stockade.core.compile.Kernel.NULL;

import dev.stockade.core.linux.Errno;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All that a request adds to a job that was made ahead: the program with its arguments and
 * environment.
 *
 * @param plan where a waiting payload goes on
 * @param attempts for each execve(2) where its −errno stands; 0 before
 */
public record RunPlan(Plan plan, List<Slot> attempts) {
  private static final Step.Tolerance NEXT_FOLDER =
      Step.Tolerance.of(
          "the next folder of PATH may have it", Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES);

  /** As many characters of arguments and of environment are shown in messages. */
  private static final int LINE = 200;

  /**
   * @param command program and arguments, byte for byte
   * @param environment names and values
   */
  public static RunPlan compile(List<byte[]> command, Map<String, String> environment) {
    List<Slot> attempts = new ArrayList<>();
    Plan.Builder plan = Plan.builder("program").phase(Phase.EXEC);
    execute(plan, command, environment, attempts);
    return new RunPlan(plan.build(), attempts);
  }

  /** execve(2), for a program without a slash once for each folder of PATH as execvp(3) does it. */
  private static void execute(
      Plan.Builder plan,
      List<byte[]> command,
      Map<String, String> environment,
      List<Slot> attempts) {
    Word argv = strings("argv", command);
    List<byte[]> variables = new ArrayList<>();
    environment.forEach(
        (name, value) -> variables.add((name + "=" + value).getBytes(StandardCharsets.UTF_8)));
    Word envp = strings("envp", variables);
    List<byte[]> candidates = candidates(command.get(0), environment.getOrDefault("PATH", ""));
    for (int i = 0; i < candidates.size(); i++) {
      Slot result = Datum.space(8, "result of an execve").slot(0);
      attempts.add(result);
      boolean last = i == candidates.size() - 1;
      Word path = Kernel.bytes(candidates.get(i));
      plan.call(result, last ? Step.Tolerance.NONE : NEXT_FOLDER, "execve", path, argv, envp);
    }
  }

  private static List<byte[]> candidates(byte[] program, String path) {
    for (byte b : program) {
      if (b == '/') {
        return List.of(program);
      }
    }
    List<byte[]> candidates = new ArrayList<>();
    for (String folder : path.split(":")) {
      if (!folder.isEmpty()) {
        byte[] prefix = (folder + "/").getBytes(StandardCharsets.UTF_8);
        ByteBuffer candidate = ByteBuffer.allocate(prefix.length + program.length);
        candidates.add(candidate.put(prefix).put(program).array());
      }
    }
    return candidates.isEmpty() ? List.of(program) : candidates;
  }

  private static Word strings(String name, List<byte[]> strings) {
    List<Datum> data = new ArrayList<>();
    strings.forEach(string -> data.add(Datum.string(string)));
    List<Word> words = new ArrayList<>();
    data.forEach(datum -> words.add(Word.addressOf(datum)));
    words.add(NULL);
    return Word.addressOf(Datum.words(name + " " + shorten(data), words));
  }

  /** The first strings in full, as many as fit a line, and how many more there are. */
  private static String shorten(List<Datum> strings) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < strings.size(); i++) {
      String next = (i == 0 ? "" : ", ") + (strings.get(i).length() > LINE ? "…" : strings.get(i));
      if (text.length() + next.length() > LINE) {
        return text.append(", … ").append(strings.size() - i).append(" more]").toString();
      }
      text.append(next);
    }
    return text.append(']').toString();
  }
}
