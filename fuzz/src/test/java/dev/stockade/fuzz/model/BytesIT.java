package dev.stockade.fuzz.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Sandbox;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import dev.stockade.fuzz.StaticProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Every byte arrives: arguments, environment, input, output, names and contents of files. */
final class BytesIT {
  private static final Policy POLICY = Policies.named("default");
  private static Sandbox sandbox;
  private static byte[] actor;

  @BeforeContainer
  static void open() {
    actor = StaticProgram.of(BytesIT.class, "actor.c");
    sandbox = Sandbox.open(POLICY, new SandboxOptions(1, 1));
  }

  @AfterContainer
  static void close() {
    if (sandbox != null) {
      sandbox.close();
    }
  }

  @Provide
  Arbitrary<byte[]> words() {
    return Arbitraries.bytes().filter(b -> b != 0).array(byte[].class).ofMaxSize(300);
  }

  @Provide
  Arbitrary<byte[]> contents() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(70_000);
  }

  /** Of whatever UTF-8 can hold, quotes and line feeds and all. */
  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings()
        .withCharRange('\u0001', '\ud7ff')
        .withChars("\n\"'\\$`;= ")
        .ofMaxLength(40);
  }

  @Provide
  Arbitrary<String> names() {
    return texts().map(text -> "n" + text.replace('/', '_'));
  }

  @Property
  void argumentsEnvironmentAndStreamsAreExact(
      @ForAll @Size(max = 20) List<@From("words") byte[]> arguments,
      @ForAll @Size(max = 10) Map<@From("names") String, @From("texts") String> environment,
      @ForAll("contents") byte[] stdin) {
    List<byte[]> command = new ArrayList<>(List.of(utf8("./actor"), utf8("echo")));
    command.addAll(arguments);
    RunRequest.Builder request =
        RunRequest.commandBytes(command).executable("actor", actor).stdin(stdin);
    Map<String, String> wantedEnvironment = new TreeMap<>(POLICY.environment());
    environment.forEach(
        (name, value) -> {
          String variable = name.replace('=', '_');
          request.environment(variable, value);
          wantedEnvironment.put(variable, value);
        });
    RunResult result = sandbox.run(request.build());
    assertEquals(Verdict.OK, result.verdict(), () -> result.evidence().toString());
    List<byte[]> heard = split(result.stdout().bytes());
    for (int i = 0; i < arguments.size(); i++) {
      assertArrayEquals(arguments.get(i), heard.get(i), "argument " + i);
    }
    TreeSet<String> variables = new TreeSet<>();
    heard
        .subList(arguments.size(), heard.size())
        .forEach(variable -> variables.add(new String(variable, StandardCharsets.UTF_8)));
    TreeSet<String> wanted = new TreeSet<>();
    wantedEnvironment.forEach((name, value) -> wanted.add(name + "=" + value));
    assertEquals(wanted, variables);
    assertArrayEquals(stdin, result.stderr().bytes());
  }

  @Property
  void filesAreExact(
      @ForAll @Size(max = 8) Map<@From("names") String, @From("contents") byte[]> files) {
    RunRequest.Builder request = RunRequest.command("true");
    files.forEach(
        (name, content) -> {
          request.file(name, content);
          request.outputFile(name);
        });
    RunResult result = sandbox.run(request.build());
    assertEquals(Verdict.OK, result.verdict());
    assertEquals(Map.of(), result.fileErrors());
    assertEquals(files.keySet(), result.files().keySet());
    files.forEach((name, content) -> assertArrayEquals(content, result.files().get(name), name));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Texts with their lengths before them, as {@code actor.c} writes them. */
  private static List<byte[]> split(byte[] sized) {
    ByteBuffer buffer = ByteBuffer.wrap(sized).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> texts = new ArrayList<>();
    while (buffer.hasRemaining()) {
      byte[] text = new byte[(int) buffer.getLong()];
      buffer.get(text);
      texts.add(text);
    }
    return texts;
  }
}
