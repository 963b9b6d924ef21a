package dev.stockade.server.api;

import dev.stockade.core.LinkedRun;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.job.JobRequest;
import dev.stockade.server.job.LinkedJob;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the programs of a linked job. */
final class ProgramsParser {
  static final String PROGRAMS = "programs";

  /** Keys that a program has because it is linked. */
  static final Set<String> KEYS = new LinkedHashSet<>(List.of("name", "service", "after"));

  static final ByteSize MOST_OUTPUT = ByteSize.ofMebibytes(64);
  private static final String NAME = "name";
  private static final String SERVICE = "service";
  private static final String AFTER = "after";
  private static final String LISTENS = "listens";
  private static final String PROGRAM = "program";
  private static final int LAST_PORT = 0xffff;

  private final FieldErrors errors;
  private final Values values;
  private final Reader programs;
  private final Function<JobRequest, Optional<Policy>> policies;

  /** Reads what is not particular to a linked program. */
  interface Reader {
    JobRequest read(JsonObject program, String field);
  }

  /**
   * @param policies under which a program runs; empty when that is at fault already
   */
  ProgramsParser(
      FieldErrors errors, Reader programs, Function<JobRequest, Optional<Policy>> policies) {
    this.errors = errors;
    this.values = new Values(errors);
    this.programs = programs;
    this.policies = policies;
  }

  LinkedJob parse(JsonObject body) {
    int faults = errors.all().size();
    List<@Nullable Object> list =
        values.list(body.getValue(PROGRAMS), PROGRAMS, LinkedRun.MOST_PROGRAMS);
    if (list.size() < 2 && errors.all().size() == faults) {
      errors.add(PROGRAMS, "has " + list.size() + "; a linked job has at least two programs");
    }
    List<LinkedJob.Program> read = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i < list.size(); i++) {
      String field = PROGRAMS + "[" + i + "]";
      JsonObject program = values.object(list.get(i), field);
      LinkedRun.After after =
          program.containsKey(AFTER)
              ? after(program.getValue(AFTER), field + "." + AFTER, names)
              : null;
      String name = name(program, field);
      if (!names.add(name)) {
        errors.add(field + "." + NAME, "is there twice: " + Shown.of(name));
      }
      boolean isService =
          program.containsKey(SERVICE)
              && values.flag(program.getValue(SERVICE), field + "." + SERVICE);
      JobRequest request = programs.read(program, field);
      checkNetwork(request, program, field);
      read.add(new LinkedJob.Program(name, request, isService, after));
    }
    if (!read.isEmpty() && read.stream().allMatch(LinkedJob.Program::isService)) {
      errors.add(PROGRAMS, "are all services: nothing would end them");
    }
    if (errors.all().size() == faults) {
      checkOutput(read); // by limits that are none it cannot be told
    }
    return new LinkedJob(read);
  }

  private String name(JsonObject program, String field) {
    if (!program.containsKey(NAME)) {
      errors.add(field + "." + NAME, "is missing");
      return field;
    }
    return Names.read(values, errors, program.getValue(NAME), field + "." + NAME);
  }

  private LinkedRun.After after(@Nullable Object value, String field, Set<String> earlier) {
    JsonObject after = values.object(value, field);
    values.onlyKeys(after, field, Set.of(PROGRAM, LISTENS), "what a program waits for");
    String name = values.text(after.getValue(PROGRAM), field + "." + PROGRAM);
    if (after.getValue(PROGRAM) instanceof String && !earlier.contains(name)) {
      errors.add(
          field + "." + PROGRAM, Shown.of(name) + " is not the name of a program before this one");
    }
    return new LinkedRun.After(
        name, values.whole(after.getValue(LISTENS), field + "." + LISTENS, 1, LAST_PORT));
  }

  private void checkNetwork(JobRequest request, JsonObject program, String field) {
    Policy policy = policies.apply(request).orElse(null);
    if (policy != null && policy.network() == Policy.Network.NONE) {
      errors.add(
          field + (program.containsKey("language") ? ".language" : ".policy"),
          "has no network: policy " + policy.name() + " says network: none, not linked");
    }
  }

  /** What they write is in memory until the end. */
  private void checkOutput(List<LinkedJob.Program> read) {
    long most = 0;
    for (LinkedJob.Program program : read) {
      Policy policy = policies.apply(program.program()).orElse(null);
      if (policy != null) {
        most += policy.limits().with(program.program().input().limits()).output().bytes();
      }
    }
    if (most > MOST_OUTPUT.bytes()) {
      errors.add(
          PROGRAMS,
          "may write "
              + ByteSize.ofBytes(most)
              + " by their limits.output together; a job's programs have at most "
              + MOST_OUTPUT);
    }
  }
}
