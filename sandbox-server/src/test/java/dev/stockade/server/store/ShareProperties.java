package dev.stockade.server.store;

import dev.stockade.server.job.JobStore.Retention;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class ShareProperties {
  @Provide
  Arbitrary<List<ShareModel.Step>> steps() {
    return ShareModel.steps();
  }

  /** Nobody waits while another with as many or more running jobs gets two in a row. */
  @Property
  void sharesAreFairWhateverHappens(@ForAll("steps") List<ShareModel.Step> steps) {
    Retention ample = new Retention(1000, Duration.ofHours(1), 1 << 20);
    new ShareModel(new MemoryQueue(ample, Duration.ofHours(1), InstantSource.system()))
        .replay(steps);
  }
}
