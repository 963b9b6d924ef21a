package dev.stockade.server.worker;

import dev.stockade.core.RunResult;
import dev.stockade.server.job.AttendedJob;
import dev.stockade.server.job.FinishedJob;
import dev.stockade.server.job.JobEvent;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.LinkedJob;
import dev.stockade.server.job.TestedJob;
import java.util.function.Function;

/** Runs jobs in real sandboxes, one for each step of a job. */
public final class SandboxJobRunner implements JobRunner {
  private final Sandboxes sandboxes;
  private final Builder builder;

  public SandboxJobRunner(Sandboxes sandboxes, Languages languages, CompileCache cache) {
    this.sandboxes = sandboxes;
    this.builder = new Builder(sandboxes, languages, cache);
  }

  @Override
  public FinishedJob run(JobRequest request, JobContext context) {
    if (request instanceof TestedJob job) {
      return new TestedJobRun(job, builder, sandboxes, context).run();
    }
    if (request instanceof LinkedJob job) {
      return new LinkedJobRun(job, builder, sandboxes, context).run();
    }
    if (request instanceof AttendedJob job) {
      return run(job.program(), context, program -> attended(program, job));
    }
    return run(request, context, program -> program.in(sandboxes));
  }

  private FinishedJob run(
      JobRequest request, JobContext context, Function<BuiltProgram, ReadyProgram> way) {
    Builder.Built built = builder.build(request, JobEvent.Part.PROGRAM, context);
    BuiltProgram program = built.program();
    RunResult ran =
        program == null
            ? null
            : context
                .cancellation()
                .during(
                    own ->
                        way.apply(program).run(request, context.live(request.input(), null), own));
    return new FinishedJob(built.compile(), built.cached(), ran);
  }

  private ReadyProgram attended(BuiltProgram program, AttendedJob job) {
    return (variant, live, cancellation) ->
        program.run(
            variant,
            live,
            (policy, request) ->
                sandboxes.run(policy, request.attendedBy(job.live()), cancellation));
  }
}
