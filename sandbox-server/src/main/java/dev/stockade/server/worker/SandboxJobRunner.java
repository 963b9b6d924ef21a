package dev.stockade.server.worker;

import dev.stockade.core.RunResult;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.TestedJob;

/** Runs jobs in real sandboxes, one for each step of a job. */
public final class SandboxJobRunner implements JobRunner {
  private final Builder builder;

  public SandboxJobRunner(Sandboxes sandboxes, Languages languages, CompileCache cache) {
    this.builder = new Builder(sandboxes, languages, cache);
  }

  @Override
  public FinishedJob run(JobRequest request, JobContext context) {
    if (request instanceof TestedJob job) {
      return new TestedJobRun(job, builder, context).run();
    }
    Builder.Built built = builder.build(request, JobEvent.Part.PROGRAM, context);
    ReadyProgram program = built.program();
    RunResult ran =
        program == null
            ? null
            : context
                .cancellation()
                .during(own -> program.run(request, context.live(request.input(), null), own));
    return new FinishedJob(built.compile(), built.cached(), ran);
  }
}
