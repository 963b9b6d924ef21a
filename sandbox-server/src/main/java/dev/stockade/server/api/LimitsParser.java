package dev.stockade.server.api;

import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.Durations;
import dev.stockade.core.policy.LimitOverrides;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.job.JobError;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the limits of a request and holds them against the policy's ceilings. */
final class LimitsParser {
  private static final Set<String> KEYS =
      new LinkedHashSet<>(List.of("cpuTime", "wallTime", "memory", "pids", "output", "cpus"));
  private static final int MAX_LENGTH = 64;

  private final FieldErrors errors;
  private final String field;

  /**
   * @param field where the limits stand in the request: {@code limits}, {@code tests[3].limits}
   */
  LimitsParser(FieldErrors errors, String field) {
    this.errors = errors;
    this.field = field;
  }

  LimitOverrides parse(JsonObject limits) {
    new Values(errors).onlyKeys(limits, field, KEYS, "limits");
    return new LimitOverrides(
        duration(limits, "cpuTime"),
        duration(limits, "wallTime"),
        size(limits, "memory"),
        pids(limits),
        size(limits, "output"),
        cpus(limits));
  }

  /** Notes a limit with which no program could run, or above the policy's ceiling. */
  void check(LimitOverrides wanted, Policy policy) {
    try {
      policy.limits().with(wanted).checkWithin(policy.ceilings());
    } catch (InvalidRequestException e) {
      errors.add(field + e.field().substring("limits".length()), JobError.of(e).message());
    }
  }

  private @Nullable Duration duration(JsonObject limits, String name) {
    return quantity(limits, name, Durations::parse, "\"2s\" or \"500ms\"");
  }

  private @Nullable ByteSize size(JsonObject limits, String name) {
    return quantity(limits, name, ByteSize::parse, "\"256MiB\" or \"1MB\"");
  }

  private <T> @Nullable T quantity(
      JsonObject limits, String name, Function<String, T> parse, String example) {
    if (!limits.containsKey(name)) {
      return null;
    }
    Object value = limits.getValue(name);
    String place = field + "." + name;
    if (value instanceof Number) {
      errors.add(place, "is a plain number; write it with a unit, as in " + example);
    } else if (!(value instanceof String text)) {
      errors.add(place, "must be a string such as " + example + ", not " + Values.kindOf(value));
    } else if (text.length() > MAX_LENGTH) {
      errors.add(place, "has " + text.length() + " characters; write it as in " + example);
    } else {
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        errors.add(place, String.valueOf(e.getMessage()));
      }
    }
    return null;
  }

  private @Nullable Integer pids(JsonObject limits) {
    if (!limits.containsKey("pids")) {
      return null;
    }
    Object value = limits.getValue("pids");
    if (!(value instanceof Integer) && !(value instanceof Long)) {
      errors.add(field + ".pids", "must be a whole number such as 64: it has no unit");
      return null;
    }
    // What does not fit is above every ceiling or below the least, and is refused for that.
    long pids = ((Number) value).longValue();
    return (int) Math.max(Integer.MIN_VALUE, Math.min(pids, Integer.MAX_VALUE));
  }

  private @Nullable Double cpus(JsonObject limits) {
    if (!limits.containsKey("cpus")) {
      return null;
    }
    if (!(limits.getValue("cpus") instanceof Number number)) {
      errors.add(field + ".cpus", "must be a number such as 0.5: it has no unit");
      return null;
    }
    return number.doubleValue();
  }
}
