package dev.stockade.server.cli;

import dev.stockade.client.Job;
import dev.stockade.client.JobEvent;
import dev.stockade.client.JobHandle;
import dev.stockade.client.JobRequest;
import dev.stockade.client.StockadeClient;
import dev.stockade.client.Verdict;
import java.io.IOException;
import java.util.stream.Stream;

/** The client's example of {@code README.md}: its imports, and what stands between the marks. */
final class ClientExample {
  private ClientExample() {}

  // begin
  static String reversed(StockadeClient client, String word)
      throws IOException, InterruptedException {
    JobRequest request =
        JobRequest.language("python").source("print(input()[::-1])").stdin(word).build();
    Job job = client.run(request); // waits; a ProblemException says what is wrong with a request
    if (job.verdict() != Verdict.OK || job.result() == null) {
      throw new IllegalStateException(job.id() + ": " + job.verdict());
    }
    return job.result().stdout().text();
  }

  static void watched(StockadeClient client, JobRequest request)
      throws IOException, InterruptedException {
    JobHandle handle = client.submit(request); // returns at once; handle.result() is a future
    try (Stream<JobEvent> events = handle.events()) {
      events.forEach(System.out::println); // Queued[id=1, position=0], Started[id=2], …
    }
  }
  // end
}
