package dev.stockade.server.cli;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every command and output of {@code docs/tutorial.md}: see {@link ConsoleSession}. */
@Tag("tutorial") // which the guests leave out
class TutorialIT {
  @TempDir static Path folder;
  private static ConsoleSession session;

  @BeforeAll
  static void open() throws IOException {
    session = new ConsoleSession(folder, List.of("bash", "gcc", "python3"));
  }

  @AfterAll
  static void close() {
    if (session != null) {
      session.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> steps() {
    return Stream.concat(
        session.examples(MarkdownFile.of(MarkdownFile.HOME.resolve("docs/tutorial.md"))),
        Stream.of(dynamicTest("the server ends when it is told to", session::endServer)));
  }
}
