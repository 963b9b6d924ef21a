package dev.stockade.core.run;

import dev.stockade.core.Cancellation;
import dev.stockade.core.LinkedRun;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.policy.Policies;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A server as a process of its own, for what cannot be done to the one that runs the tests. */
final class ServerProcess {
  private ServerProcess() {}

  /**
   * @param arguments what to do, and the file to which the answer goes
   */
  public static void main(String[] arguments) throws Exception {
    Path answer = Path.of(arguments[1]);
    try (Sandbox sandbox = Sandbox.open(Policies.named("default"), new SandboxOptions(1, 1))) {
      switch (arguments[0]) {
        case "sleep" -> {
          Files.writeString(answer, "begun");
          sandbox.run(RunRequest.command("sleep", "1000").build());
        }
        case "linked" -> {
          Files.writeString(answer, "begun");
          sleepLinked();
        }
        case "echo" -> Files.writeString(answer, echo(sandbox));
        case "descriptors" -> Files.writeString(answer, withoutDescriptors(sandbox));
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    }
  }

  private static void sleepLinked() {
    try (Sandbox sandbox = Sandbox.open(Policies.named("bash"), new SandboxOptions(1, 0))) {
      RunRequest sleep = RunRequest.command("sleep", "1000").build();
      LinkedRun.run(
          List.of(
              new LinkedRun.Program("one", sandbox, sleep, false, null),
              new LinkedRun.Program("two", sandbox, sleep, false, null)),
          new Cancellation());
    }
  }

  private static String echo(Sandbox sandbox) {
    RunRequest request =
        RunRequest.command(
                "sh", "-c", "cat; cat file; echo err >&2; ls /proc/self/fd | tr '\\n' ' '")
            .stdin("in ")
            .file("file", "file ")
            .build();
    RunResult result = sandbox.run(request);
    return result.verdict()
        + " "
        + new String(result.stdout().bytes(), java.nio.charset.StandardCharsets.UTF_8)
        + new String(result.stderr().bytes(), java.nio.charset.StandardCharsets.UTF_8);
  }

  /**
   * Runs with ever more descriptors free, from none: each run works or is a fault that says EMFILE.
   *
   * @return lines: what went wrong, and at the end how many runs worked and how many did not
   */
  private static String withoutDescriptors(Sandbox sandbox)
      throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    RunRequest request = RunRequest.command("true").file("a/b", "x").outputFile("a/b").build();
    sandbox.run(request);
    try {
      sandbox.run(RunRequest.command("nothing").build());
    } catch (IllegalArgumentException e) {
      lines.add("loaded"); // every class that tells of failures is there before files run out
    }
    Deque<FileInputStream> taken = takeAll();
    int worked = 0;
    int failed = 0;
    for (int free = 0; free < 60; free++) {
      try {
        RunResult result = sandbox.run(request);
        if (result.files().size() == 1 && result.exitCode() == 0) {
          worked++;
        } else {
          lines.add("with " + free + " free: " + result);
        }
      } catch (SandboxException e) {
        failed++;
        if (!isAboutDescriptors(e)) {
          lines.add("with " + free + " free: " + e);
        }
      }
      taken.remove().close();
    }
    for (FileInputStream one : taken) {
      one.close();
    }
    sandbox.run(request); // which makes a spare again
    Processes.awaitOnlySpares(1);
    long before = Processes.settledDescriptors();
    for (int i = 0; i < 20; i++) {
      sandbox.run(request);
    }
    // A newborn init would pass for a zygote.
    Processes.awaitOnlySpares(1);
    lines.add("grown by " + Math.max(0, Processes.settledDescriptors() - before - 15));
    lines.add("zygotes " + Processes.zygotes().size());
    lines.add("worked " + (worked > 0) + ", failed " + (failed > 0));
    return String.join("\n", lines);
  }

  private static boolean isAboutDescriptors(Throwable fault) {
    for (Throwable e = fault; e != null; e = e.getCause()) {
      String text = String.valueOf(e.getMessage());
      if (text.contains("EMFILE") || text.contains("Too many open files")) {
        return true;
      }
    }
    return false;
  }

  private static Deque<FileInputStream> takeAll() {
    Deque<FileInputStream> taken = new ArrayDeque<>();
    while (true) {
      try {
        taken.add(new FileInputStream("/dev/null"));
      } catch (IOException e) {
        return taken;
      }
    }
  }
}
