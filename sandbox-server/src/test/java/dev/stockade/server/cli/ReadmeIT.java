package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.stockade.client.JobRequest;
import dev.stockade.client.StockadeClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The examples of {@code README.md}, each for real: see {@link ConsoleSession}. */
class ReadmeIT {
  private static final List<String> PROGRAMS = List.of("bash", "curl", "gcc", "g++", "python3");
  private static final Set<String> OTHERS =
      Set.of("bubblewrap", "crun", "nsjail", "isolate", "go-judge");

  @TempDir static Path folder;
  private static ConsoleSession session;

  @BeforeAll
  static void open() throws IOException {
    session = new ConsoleSession(folder, PROGRAMS);
  }

  @AfterAll
  static void close() {
    if (session != null) {
      session.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> examples() {
    return Stream.concat(
        session.examples(MarkdownFile.readme()),
        Stream.of(
            dynamicTest("the Java client gives the answer", ReadmeIT::clientGivesTheAnswer),
            dynamicTest("the server ends when it is told to", session::endServer)));
  }

  @Test
  void theJavaGivesTheAnswer() {
    assertEquals("desserts\n", ReadmeExample.reversed("stressed"));
  }

  @Test
  void theTableOfCostsHasTheRowsOfTheBenchmark() throws Exception {
    List<String> names = new ArrayList<>();
    List<String> shown =
        MarkdownFile.readme().table("`/bin/true`, 300 runs of each, taking turns").stream()
            .map(row -> row.get(0))
            .toList();
    String measured = session.run("./stockade bench --quick --runs=10 --json -- /bin/true");
    JsonArray kinds =
        new JsonObject(measured).getJsonArray("workloads").getJsonObject(0).getJsonArray("kinds");
    for (int i = 0; i < kinds.size(); i++) {
      JsonObject kind = kinds.getJsonObject(i);
      // Of others' sandboxes, which this host may lack, the table has those that ours had.
      if (!OTHERS.contains(kind.getString("name")) || shown.contains(kind.getString("name"))) {
        names.add(kind.getString("name"));
      }
    }
    assertEquals(names, shown);
  }

  private static void clientGivesTheAnswer() throws Exception {
    StockadeClient client = StockadeClient.to(URI.create(session.address())).build();
    assertEquals("desserts\n", ClientExample.reversed(client, "stressed"));
    ClientExample.watched(client, JobRequest.command("true").build());
  }
}
