package dev.stockade.fuzz.fault;

import dev.stockade.core.SandboxOptions;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.EdgeConfig;
import dev.stockade.server.ServerConfig;
import dev.stockade.server.StockadeServer;
import dev.stockade.server.files.FileLimits;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.worker.CompileCache;
import dev.stockade.server.worker.SandboxJobRunner;
import dev.stockade.server.worker.Sandboxes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A job server as a process of its own, without languages; it ends with its standard input. */
final class PlainServer {
  private PlainServer() {}

  /** Prints its port when it listens. */
  public static void main(String[] arguments) throws Exception {
    PolicyCatalog policies = PolicyCatalog.shipped();
    try (Sandboxes sandboxes = new Sandboxes(policies, new SandboxOptions(1, 1))) {
      sandboxes.open("default");
      StockadeServer.Services services =
          new StockadeServer.Services(
              new SandboxJobRunner(sandboxes, List::of, CompileCache.off()),
              List::of,
              policies,
              () -> null);
      try (StockadeServer server = StockadeServer.start(config(), services)) {
        System.out.println(server.port());
        if (System.in.read() >= 0) {
          throw new IllegalStateException("nobody says anything to it");
        }
      }
    }
  }

  private static ServerConfig config() {
    return new ServerConfig(
        "127.0.0.1",
        0,
        Optional.empty(),
        1,
        256,
        ByteSize.ofMebibytes(1),
        ByteSize.ofMebibytes(64),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        100,
        Duration.ofMinutes(10),
        ByteSize.ofMebibytes(8),
        ByteSize.ofMebibytes(0),
        FileLimits.defaults(),
        EdgeConfig.PLAIN);
  }
}
