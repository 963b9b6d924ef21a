package dev.stockade.fuzz.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.fuzz.Canary;
import dev.stockade.fuzz.Sandboxes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kept cases, {@code fuzz/corpus/calls/*.plan}, as {@link CallFuzzIT} runs random ones. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CallCorpusIT {
  private static FuzzSlot slot;

  @BeforeAll
  static void open() {
    Sandboxes.needDefaultPolicy();
    Filter filter = new Filter(Sandboxes.policy(Sandboxes.CANARY));
    slot = new FuzzSlot(filter, new Tally(), Budget.current().wallTime());
  }

  static Stream<String> names() throws IOException, URISyntaxException {
    URL folder = Objects.requireNonNull(CallCorpusIT.class.getResource("/corpus/calls"));
    List<String> names;
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".plan"))
              .sorted()
              .toList();
    }
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void holds(String name) {
    slot.run(read(name));
  }

  private static Case read(String name) {
    try (var file =
        Objects.requireNonNull(CallCorpusIT.class.getResourceAsStream("/corpus/calls/" + name))) {
      return CaseText.parse(name, new String(file.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void nothingIsLeft() {
    Canary.shared().assertUnharmed();
    assertEquals(List.of(), Survivors.processes());
  }

  @AfterAll
  static void close() {
    if (slot != null) {
      slot.close();
    }
  }
}
