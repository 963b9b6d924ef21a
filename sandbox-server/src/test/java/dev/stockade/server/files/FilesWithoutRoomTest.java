package dev.stockade.server.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Content;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.server.job.CommandJob;
import dev.stockade.server.job.JobCancellation;
import dev.stockade.server.job.JobInput;
import dev.stockade.server.job.StoredFile;
import dev.stockade.server.job.StoredFiles;
import dev.stockade.server.worker.FilesFirst;
import dev.stockade.server.worker.JobContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Jobs whose stored files find no place on this server. */
class FilesWithoutRoomTest {
  private static final CommandJob JOB =
      new CommandJob(
          List.of("cat".getBytes(UTF_8)),
          "default",
          new JobInput(
              Content.of(Path.of("/nowhere", "0".repeat(64))),
              Map.of(),
              List.of(),
              LimitOverrides.NONE));

  private int runs;

  private void run(int refusals, Duration patience) {
    FilesFirst runner =
        new FilesFirst(
            new Refusing(refusals),
            (request, context) -> {
              runs++;
              return null;
            },
            patience);
    runner.run(JOB, JobContext.alone(new JobCancellation()));
  }

  @Test
  void theJobHasFailedWhenItHasWaitedLongEnough() {
    SandboxException failed =
        assertThrows(SandboxException.class, () -> run(Integer.MAX_VALUE, Duration.ZERO));
    assertTrue(failed.getMessage().contains("the disk is full"), failed.getMessage());
    assertEquals(0, runs);
  }

  @Test
  void theJobRunsWhenThereIsRoomBefore() {
    run(2, Duration.ofMinutes(1));
    assertEquals(1, runs);
  }

  /** Has no room so many times. */
  private static final class Refusing implements StoredFiles {
    private int left;

    Refusing(int refusals) {
      this.left = refusals;
    }

    @Override
    public boolean areShared() {
      return true;
    }

    @Override
    public void lookUp(Set<String> sha256s) {}

    @Override
    public Optional<StoredFile> find(String sha256) {
      return Optional.empty();
    }

    @Override
    public Hold bring(Set<String> sha256s) {
      if (left-- > 0) {
        throw new FileRefusedException(FileRefusedException.Reason.FULL, "the disk is full");
      }
      return hold(sha256s);
    }

    @Override
    public Hold hold(Set<String> sha256s) {
      return StoredFiles.NONE.hold(sha256s);
    }
  }
}
