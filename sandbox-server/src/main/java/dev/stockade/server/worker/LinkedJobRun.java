package dev.stockade.server.worker;

import dev.stockade.core.Cancellation;
import dev.stockade.core.LinkedResult;
import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.LinkedJob;
import dev.stockade.server.job.LinkedReport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One linked job on its way: compiles its programs one after the other, then runs them together.
 */
final class LinkedJobRun {
  private static final String PROGRAMS = "programs";

  private final LinkedJob job;
  private final Builder builder;
  private final Sandboxes sandboxes;
  private final JobContext context;
  private final List<BuiltProgram> built = new ArrayList<>();
  private final List<LinkedReport.Compiled> compiled = new ArrayList<>();

  LinkedJobRun(LinkedJob job, Builder builder, Sandboxes sandboxes, JobContext context) {
    this.job = job;
    this.builder = builder;
    this.sandboxes = sandboxes;
    this.context = context;
  }

  FinishedJob run() {
    for (int i = 0; i < job.programs().size(); i++) {
      build(i);
    }
    return FinishedJob.linked(
        built.size() < job.programs().size()
            ? LinkedReport.notCompiled(job, compiled)
            : LinkedReport.of(
                compiled, context.cancellation().during(own -> new Meeting(own).hold())));
  }

  private void build(int index) {
    Builder.Built one;
    try {
      one = builder.build(job.programs().get(index).program(), JobEvent.Part.PROGRAM, context);
    } catch (InvalidRequestException e) {
      throw e.in(field(index));
    }
    compiled.add(new LinkedReport.Compiled(one.compile(), one.cached()));
    if (one.program() != null) {
      built.add(one.program());
    }
  }

  private static String field(int index) {
    return PROGRAMS + "[" + index + "]";
  }

  /** All programs together, once. */
  private final class Meeting {
    private final Cancellation cancellation;
    private final List<Sandboxes.Linked> ready = new ArrayList<>();
    private @Nullable LinkedResult result;

    Meeting(Cancellation cancellation) {
      this.cancellation = cancellation;
    }

    /** Each program says how it is to be run, and then all are. */
    LinkedResult hold() {
      RunResult unused = prepare(0);
      if (result == null) {
        throw new IllegalStateException("nobody ran anything");
      }
      return result;
    }

    private RunResult prepare(int index) {
      try {
        return built
            .get(index)
            .run(
                job.programs().get(index).program(),
                LiveOutput.NONE,
                (policy, request) -> with(index, policy, request));
      } catch (InvalidRequestException e) {
        throw e.field().startsWith(PROGRAMS + "[") ? e : e.in(field(index));
      }
    }

    private RunResult with(int index, String policy, RunRequest request) {
      LinkedJob.Program program = job.programs().get(index);
      ready.add(
          new Sandboxes.Linked(
              program.name(), policy, request, program.isService(), program.after()));
      try {
        return ready.size() < job.programs().size() ? prepare(index + 1) : all();
      } catch (InvalidRequestException e) {
        throw e.isIn(field(index)) ? e.from(field(index)) : e;
      }
    }

    /** The first program waits for nobody, so it was started. */
    private RunResult all() {
      LinkedResult all = sandboxes.runLinked(ready, cancellation);
      result = all;
      RunResult first = all.programs().get(0).result();
      if (first == null) {
        throw new IllegalStateException("the first program was not started");
      }
      return first;
    }
  }
}
