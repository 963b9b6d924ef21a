package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.client.Content;
import dev.stockade.client.FieldError;
import dev.stockade.client.Job;
import dev.stockade.client.JobEvent;
import dev.stockade.client.JobHandle;
import dev.stockade.client.JobLimits;
import dev.stockade.client.JobRequest;
import dev.stockade.client.JobState;
import dev.stockade.client.Language;
import dev.stockade.client.ProblemException;
import dev.stockade.client.Result;
import dev.stockade.client.StockadeClient;
import dev.stockade.client.Verdict;
import dev.stockade.server.access.Role;
import dev.stockade.server.access.TokenFile;
import dev.stockade.server.access.TokenLimits;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Java client with a server whose programs are played. */
@Timeout(300)
class ClientTest {
  private static ServerFixture server;
  private static StockadeClient client;

  @BeforeAll
  static void open() {
    server = new ServerFixture();
    client = of(server).build();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static StockadeClient.Builder of(ServerFixture server) {
    return StockadeClient.to(URI.create("http://127.0.0.1:" + server.port() + "/"));
  }

  @Test
  void runGivesTheFinishedJob() throws Exception {
    Job job = client.run(JobRequest.command("echo", "a", "é").build());
    assertEquals(JobState.DONE, job.state());
    assertEquals(Verdict.OK, job.verdict());
    assertEquals(List.of("echo", "a", "é"), words(job));
    assertEquals("default", job.policy());
    assertNull(job.language());
    Result result = job.result();
    assertNotNull(result);
    assertEquals("[a][é]", result.stdout().text());
    assertEquals(0, result.exitCode());
    assertNull(result.signal());
    assertEquals(Duration.ofMillis(5), result.usage().cpuTime());
    assertNull(result.usage().memoryPeakBytes(), "unknown is not 0");
    assertEquals(0L, result.evidence().oomKills());
    assertNull(result.evidence().cpuThrottled());
  }

  private static List<String> words(Job job) {
    assertNotNull(job.command());
    return job.command().stream().map(word -> new String(word, UTF_8)).toList();
  }

  @Test
  void bytesComeBackAsTheyWent() throws Exception {
    byte[] bytes = {'a', (byte) 0xff, 0, '\n'};
    Job job =
        client.run(
            JobRequest.command("cat")
                .stdin(Content.bytes(bytes))
                .file("text", Content.text("é"))
                .executable("bytes", Content.bytes(bytes))
                .outputFile("text")
                .outputFile("bytes")
                .build());
    assertNotNull(job.result());
    assertArrayEquals(bytes, job.result().stdout().bytes());
    assertArrayEquals(bytes, job.result().files().get("bytes"));
    assertArrayEquals("é".getBytes(UTF_8), job.result().files().get("text"));
  }

  @Test
  void outputThatWasCutOffSaysSo() throws Exception {
    Result result = client.run(JobRequest.command("flood").build()).result();
    assertNotNull(result);
    assertEquals(Verdict.OUTPUT_LIMIT, result.verdict());
    assertEquals(1_000_000, result.stdout().bytes().length);
    assertEquals(5_000_000_000L, result.stdout().totalBytes());
    assertTrue(result.stdout().truncated());
    assertEquals(List.of("cpu rate limit"), result.degraded());
    assertEquals("does not exist", result.fileErrors().get("missing"));
  }

  @Test
  void aSourceThatDoesNotCompileHasTheCompilersRunAlone() throws Exception {
    Job job = client.run(JobRequest.language("cpp").source("#error").build());
    assertEquals(Verdict.COMPILE_ERROR, job.verdict());
    assertNull(job.result());
    assertNotNull(job.compile());
    assertEquals("1: #error", job.compile().stderr().text());
    assertEquals(false, job.compile().cached());
  }

  @Test
  void everyFieldAtFaultIsNamed() {
    JobRequest request =
        JobRequest.command("cat").limits(JobLimits.NONE.withPids(0)).outputFile("../x").build();
    ProblemException refused = assertThrows(ProblemException.class, () -> client.submit(request));
    assertEquals(400, refused.status());
    assertEquals("The request cannot be run as it stands", refused.title());
    assertEquals(
        List.of("limits.pids", "outputFiles[0]"),
        refused.errors().stream().map(FieldError::field).sorted().toList());
    assertNull(refused.retryAfter());
  }

  @Test
  void aFaultOfTheServerIsAProblemToo() throws Exception {
    ProblemException waited =
        assertThrows(ProblemException.class, () -> client.run(JobRequest.command("fault").build()));
    assertEquals(500, waited.status());
    assertEquals("urn:stockade:problem:sandbox-error", waited.problem().type());
    JobHandle handle = client.submit(JobRequest.command("fault").build());
    Exception later = assertThrows(Exception.class, () -> handle.result().get(2, TimeUnit.MINUTES));
    assertTrue(later.getCause() instanceof ProblemException, later::toString);
    assertEquals(JobState.FAILED, handle.job().state());
    assertEquals(handle.id(), ((ProblemException) later.getCause()).problem().job());
  }

  @Test
  void aJobThatIsNotThereIsAProblem() {
    assertEquals(404, assertThrows(ProblemException.class, () -> client.job("00")).status());
    assertEquals(404, assertThrows(ProblemException.class, () -> client.cancel("00")).status());
    try (Stream<JobEvent> events = client.events("00")) {
      assertEquals(404, assertThrows(ProblemException.class, events::toList).status());
    }
  }

  @Test
  void aSubmittedJobCanBeWatchedAndCancelled() throws Exception {
    JobHandle handle = client.submit(JobRequest.command("block", "handle").build());
    try (Stream<JobEvent> events = handle.events()) {
      eventually("it runs", () -> server.runner.hasBegun("handle"));
      JobState said = handle.cancel();
      assertTrue(said == JobState.RUNNING || said == JobState.CANCELLED, said::toString);
      List<JobEvent> all = events.toList();
      assertEquals(new JobEvent.Queued(1, 0), all.get(0));
      assertEquals(new JobEvent.Started(2), all.get(1));
      assertEquals(new JobEvent.Ended(3, JobState.CANCELLED, null), all.get(2));
      assertEquals(3, all.size());
    }
    assertEquals(JobState.CANCELLED, handle.result().get(2, TimeUnit.MINUTES).state());
    try (Stream<JobEvent> rest = client.events(handle.id(), 2)) {
      assertEquals(List.of(new JobEvent.Ended(3, JobState.CANCELLED, null)), rest.toList());
    }
    try (Stream<JobEvent> rest = client.events(handle.id(), 3)) {
      assertEquals(List.of(), rest.toList());
    }
  }

  @Test
  void whoeverIsInterruptedWhileItRunsCancelsTheJob() throws Exception {
    JobRequest request = JobRequest.command("block", "interrupted").build();
    Thread caller =
        new Thread(() -> assertThrows(InterruptedException.class, () -> client.run(request)));
    caller.start();
    eventually("it runs", () -> server.runner.hasBegun("interrupted"));
    caller.interrupt();
    eventually("it is cancelled", () -> server.runner.cancelledWords.contains("interrupted"));
    caller.join();
  }

  @Test
  void languagesHaveLimitsOrTheReasonWhyNot() throws Exception {
    List<Language> languages = client.languages();
    assertEquals(List.of("python", "cpp", "rust"), languages.stream().map(Language::id).toList());
    assertNull(languages.get(0).compileLimits());
    assertEquals(List.of(".py"), languages.get(0).extensions());
    assertTrue(
        languages.get(0).limits().cpuTime().compareTo(languages.get(0).ceilings().cpuTime()) <= 0);
    assertNotNull(languages.get(1).compileLimits());
    assertEquals("rustc is not installed", languages.get(2).unavailable());
  }

  @Test
  void aStoredFileIsInputOfAJob(@TempDir Path folder) throws Exception {
    byte[] bytes = {'x', (byte) 0xfe};
    Content.Stored stored = client.store(Files.write(folder.resolve("input"), bytes));
    Job job = client.run(JobRequest.command("cat").stdin(stored).build());
    assertNotNull(job.result());
    assertArrayEquals(bytes, job.result().stdout().bytes());
  }

  @Test
  void jobsThatTheBuilderDoesNotKnowAreJson() throws Exception {
    Job job = client.run(JobRequest.ofJson("{\"command\": [\"echo\", \"x\"], \"priority\": 3}"));
    assertNotNull(job.result());
    assertEquals("[x]", job.result().stdout().text());
    assertThrows(IllegalArgumentException.class, () -> JobRequest.ofJson("[]"));
    assertThrows(IllegalArgumentException.class, () -> JobRequest.ofJson("{"));
  }

  @Test
  void aTokenIsSent(@TempDir Path folder) throws IOException, InterruptedException {
    Path file = folder.resolve("tokens");
    String token =
        new TokenFile(file)
            .create("judge", Role.SUBMIT, new TokenLimits(0, 0, 0), InstantSource.system());
    try (ServerFixture closed =
        new ServerFixture(ServerFixture.Options.defaults().withTokens(file))) {
      ProblemException refused =
          assertThrows(ProblemException.class, () -> of(closed).build().languages());
      assertEquals(401, refused.status());
      StockadeClient known = of(closed).token(token).build();
      assertEquals(Verdict.OK, known.run(JobRequest.command("cat").build()).verdict());
    }
  }
}
