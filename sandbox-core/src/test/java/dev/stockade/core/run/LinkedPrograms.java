package dev.stockade.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.Cancellation;
import dev.stockade.core.LinkedResult;
import dev.stockade.core.LinkedRun;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policies;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Programs of linked jobs for tests, all under one policy. */
final class LinkedPrograms {
  private static @Nullable Sandbox opened;

  private LinkedPrograms() {}

  static void open() {
    opened = Sandbox.open(Policies.named("python"), new SandboxOptions(1, 0));
  }

  static void close() {
    if (opened != null) {
      opened.close();
      opened = null;
    }
  }

  static Sandbox sandbox() {
    if (opened == null) {
      throw new IllegalStateException("not opened");
    }
    return opened;
  }

  static final int PORT = 8080;

  /** Many that start at one time may need it on a slow machine; in the guest CPU time, too. */
  static final LimitOverrides AMPLE =
      new LimitOverrides(Duration.ofMinutes(1), Duration.ofMinutes(2), null, null, null, null);

  /** Answers each connection in capitals. */
  static final String SERVER =
      """
      import socket, sys
      family = socket.AF_INET6 if sys.argv[1] == "::1" else socket.AF_INET
      listener = socket.create_server((sys.argv[1], 8080), family=family)
      while True:
          peer, _ = listener.accept()
          peer.sendall(peer.recv(100).upper())
          peer.close()
      """;

  static final String CLIENT =
      """
      import socket, sys
      with socket.create_connection((sys.argv[1], 8080)) as peer:
          peer.sendall(b"hello")
          print(peer.recv(100).decode())
      """;

  static RunRequest.Builder python(String script, String... arguments) {
    String[] command = new String[arguments.length + 3];
    command[0] = "python3";
    command[1] = "-c";
    command[2] = script;
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    return RunRequest.command(command).limits(AMPLE);
  }

  static LinkedRun.Program service(String name, RunRequest.Builder request) {
    return new LinkedRun.Program(name, sandbox(), request.build(), true, null);
  }

  static LinkedRun.Program program(String name, RunRequest.Builder request) {
    return new LinkedRun.Program(name, sandbox(), request.build(), false, null);
  }

  static LinkedRun.Program after(String other, String name, RunRequest.Builder request) {
    return new LinkedRun.Program(
        name, sandbox(), request.build(), false, new LinkedRun.After(other, PORT));
  }

  static LinkedResult run(LinkedRun.Program... programs) {
    return LinkedRun.run(List.of(programs), new Cancellation());
  }

  static String text(LinkedResult result, int index) {
    return new String(ran(result, index).stdout().bytes(), StandardCharsets.UTF_8).strip();
  }

  static RunResult ran(LinkedResult result, int index) {
    return assertNotNull(result.programs().get(index).result(), result::toString);
  }

  static <T> T assertNotNull(@Nullable T value, Supplier<String> why) {
    if (value == null) {
      throw new AssertionError(why.get());
    }
    return value;
  }

  static void assertVerdict(Verdict verdict, LinkedResult result) {
    assertEquals(Optional.of(verdict), result.verdict(), result::toString);
  }

  /** Is told when a program says something. */
  static OutputStream telling(CountDownLatch said) {
    return new OutputStream() {
      @Override
      public void write(int b) {
        said.countDown();
      }
    };
  }

  static Set<Integer> children() {
    return ProcessHandle.current()
        .children()
        .map(child -> (int) child.pid())
        .collect(Collectors.toSet());
  }
}
