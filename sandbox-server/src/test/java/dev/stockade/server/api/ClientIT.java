package dev.stockade.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.client.Checker;
import dev.stockade.client.Content;
import dev.stockade.client.Group;
import dev.stockade.client.Job;
import dev.stockade.client.JobEvent;
import dev.stockade.client.JobHandle;
import dev.stockade.client.JobLimits;
import dev.stockade.client.JobRequest;
import dev.stockade.client.JobState;
import dev.stockade.client.Judgement;
import dev.stockade.client.LinkedProgram;
import dev.stockade.client.ProgramRequest;
import dev.stockade.client.StockadeClient;
import dev.stockade.client.TestCase;
import dev.stockade.client.Verdict;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Java client with a server that runs real programs. */
final class ClientIT {
  private static final JobRequest LISTENER =
      JobRequest.language("python")
          .source(
              """
              import socket
              socket.create_server(('127.0.0.1', 9000)).accept()
              """)
          .build();

  private static RealSandboxes real;
  private static ServerFixture server;
  private static StockadeClient client;

  @BeforeAll
  static void open() {
    real = RealSandboxes.withToolchains(List.of(), "python");
    server = new ServerFixture(real.services());
    client = StockadeClient.to(URI.create("http://127.0.0.1:" + server.port())).build();
  }

  @AfterAll
  static void close() {
    if (real != null) {
      server.close();
      real.close();
    }
  }

  /** Every byte, on both streams, live and in the result. */
  @Test
  void outputIsByteExact() throws Exception {
    JobHandle handle =
        client.submit(
            JobRequest.language("python")
                .source(
                    """
                    import sys
                    sys.stdout.buffer.write(sys.stdin.buffer.read())
                    sys.stderr.buffer.write(sys.argv[1].encode('utf-8', 'surrogateescape'))
                    """)
                .args(List.of(Content.bytes(new byte[] {'x', (byte) 0xff})))
                .stdin(Content.bytes(everyByte()))
                .outputEvents()
                .build());
    List<JobEvent> seen;
    try (Stream<JobEvent> events = handle.events()) {
      seen = events.toList();
    }
    Job job = handle.result().get(2, TimeUnit.MINUTES);
    assertEquals(Verdict.OK, job.verdict());
    assertNotNull(job.result());
    assertArrayEquals(everyByte(), job.result().stdout().bytes());
    assertArrayEquals(new byte[] {'x', (byte) 0xff}, job.result().stderr().bytes());
    assertArrayEquals(everyByte(), written(seen, JobEvent.Channel.STDOUT));
    assertArrayEquals(new byte[] {'x', (byte) 0xff}, written(seen, JobEvent.Channel.STDERR));
    assertTrue(seen.get(seen.size() - 1) instanceof JobEvent.Ended, seen::toString);
  }

  private static byte[] everyByte() {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  private static byte[] written(List<JobEvent> events, JobEvent.Channel channel) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (JobEvent event : events) {
      if (event instanceof JobEvent.Output output && output.channel() == channel) {
        all.writeBytes(output.bytes());
      }
    }
    return all.toByteArray();
  }

  @Test
  void testsAreJudgedByACheckerProgram() throws Exception {
    JobRequest request =
        JobRequest.language("python")
            .source("print(2 * int(input()))")
            .test(TestCase.of("21", "42").withName("first").withWeight(new BigDecimal("40")))
            .test(TestCase.of("0x10", "32"))
            .checker(
                Checker.program(
                    "python",
                    """
                    import sys
                    said, wanted = (open(name).read() for name in sys.argv[2:])
                    print('said', said.strip(), file=sys.stderr)
                    sys.exit(int(said) != int(wanted))
                    """))
            .build();
    Job job = client.run(request);
    assertEquals(Verdict.PARTIAL, job.verdict());
    Judgement judgement = job.judgement();
    assertNotNull(judgement);
    assertEquals(new BigDecimal("40"), judgement.score());
    assertEquals(new BigDecimal("41"), judgement.maxScore());
    Judgement.Test first = judgement.tests().get(0);
    assertEquals("first", first.name());
    assertEquals(Verdict.ACCEPTED, first.verdict());
    assertEquals("said 42", first.comment().strip());
    assertEquals(Verdict.NONZERO_EXIT, judgement.tests().get(1).verdict());
    List<String> finished = new ArrayList<>();
    JobHandle again = client.submit(request);
    try (Stream<JobEvent> events = again.events()) {
      events.forEach(
          event -> {
            if (event instanceof JobEvent.TestFinished test) {
              finished.add(test.test() + " " + test.name() + " " + test.verdict());
            }
          });
    }
    assertEquals(List.of("0 first ACCEPTED", "1 2 NONZERO_EXIT"), finished);
    assertEquals(JobState.DONE, again.job().state());
  }

  @Test
  void groupsAreCountedAndTestsHaveArgumentsAndLimitsOfTheirOwn() throws Exception {
    Job job =
        client.run(
            JobRequest.language("python")
                .source("import sys\nprint(len(bytearray(int(sys.argv[1]) << 20)) >> 20)")
                .group(Group.minimum("small", new BigDecimal("30")).stoppedOnFirstFailure())
                .group(Group.sum("large"))
                .group(Group.allOrNothing("both", new BigDecimal("7")))
                .test(TestCase.of("", "1").withGroup("small").withArgs(List.of(Content.text("1"))))
                .test(TestCase.of("", "2").withGroup("both").withArgs(List.of(Content.text("2"))))
                .test(TestCase.of("", "4").withGroup("both").withArgs(List.of(Content.text("3"))))
                .test(
                    TestCase.of("", "200")
                        .withGroup("large")
                        .withArgs(List.of(Content.text("200")))
                        .withLimits(JobLimits.NONE.withMemoryBytes(64 << 20))
                        .withWeight(new BigDecimal("70")))
                .build());
    assertEquals(Verdict.PARTIAL, job.verdict());
    assertNotNull(job.judgement());
    assertEquals(new BigDecimal("30"), job.judgement().score());
    assertEquals(new BigDecimal("107"), job.judgement().maxScore());
  }

  @Test
  void anInteractionAndLinkedProgramsAreRead() throws Exception {
    Job interactive =
        client.run(
            JobRequest.language("python")
                .source("print(input(), flush=True)")
                .test(TestCase.of(Content.text("7"), null))
                .interactor(
                    JobRequest.language("python")
                        .source(
                            "import sys\nprint('word', flush=True)\nsys.exit(input() != 'word')")
                        .limits(JobLimits.NONE.withPids(10))
                        .build())
                .build());
    assertEquals(Verdict.ACCEPTED, interactive.verdict());
    assertNotNull(interactive.judgement());
    assertEquals(
        List.of("word\n", "word\n"),
        interactive.judgement().tests().get(0).interaction().transcript().stream()
            .map(piece -> new String(piece.bytes(), UTF_8))
            .toList());
    Job linked =
        client.run(
            JobRequest.linked(
                    ProgramRequest.of("one", LISTENER).asService(),
                    ProgramRequest.of(
                            "two", JobRequest.language("python").source("exit(2)").build())
                        .after("one", 9000))
                .priority(1)
                .build());
    assertEquals(Verdict.NONZERO_EXIT, linked.verdict());
    assertNotNull(linked.programs());
    assertEquals(
        List.of("one OK", "two NONZERO_EXIT"),
        linked.programs().stream()
            .map((LinkedProgram program) -> program.name() + " " + program.verdict())
            .toList());
  }
}
