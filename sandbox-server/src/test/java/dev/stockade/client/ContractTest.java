package dev.stockade.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/** The client's records and constants are those of the server's contract. */
class ContractTest {
  private static final Map<String, Map<String, Object>> SCHEMAS = schemas();

  @SuppressWarnings("unchecked")
  private static Map<String, Map<String, Object>> schemas() {
    try (InputStream contract = ContractTest.class.getResourceAsStream("/openapi.yaml")) {
      Map<String, Map<String, Object>> document = new Yaml().load(contract);
      return (Map<String, Map<String, Object>>) document.get("components").get("schemas");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Times lose their unit; the other differences are named. */
  @ParameterizedTest
  @CsvSource({
    "Job, Job, '', ''",
    "Usage, Usage, '', ''",
    "Evidence, Evidence, '', ''",
    "Limits, Limits, '', ''",
    "Judgement, Judgement, '', ''",
    "Interaction, Interaction, '', ''",
    "LinkedProgramResult, LinkedProgram, '', ''",
    "CallbackProgress, CallbackProgress, '', ''",
    "Problem, Problem, field, ''",
    "Language, Language, compile, compileLimits",
    "RequestedLimits, JobLimits, 'memory output', 'memoryBytes outputBytes'",
    "Result, Result, 'stdoutEncoding stdoutBytes stdoutTruncated stderrEncoding stderrBytes"
        + " stderrTruncated', ''"
  })
  void recordsHaveWhatTheContractHas(String schema, String type, String less, String more)
      throws ClassNotFoundException {
    Set<String> wanted = new TreeSet<>();
    ((Map<?, ?>) SCHEMAS.get(schema).get("properties"))
        .keySet()
        .forEach(name -> wanted.add(name.toString().replaceFirst("Nanos$", "")));
    wanted.removeAll(words(less));
    wanted.addAll(words(more));
    Class<?> found = Class.forName("dev.stockade.client." + type);
    assertEquals(
        wanted,
        Stream.of(found.getRecordComponents())
            .map(RecordComponent::getName)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList();
  }

  @Test
  void verdictsAreAllOfThem() {
    Set<Object> named = new TreeSet<>();
    for (String schema : List.of("Verdict", "JobVerdict", "TestVerdict", "ProgramVerdict")) {
      named.addAll((List<?>) SCHEMAS.get(schema).get("enum"));
    }
    assertEquals(named, names(Verdict.values()));
  }

  @Test
  void statesAreAllOfThem() {
    Set<String> named = new TreeSet<>();
    ((List<?>) SCHEMAS.get("JobState").get("enum"))
        .forEach(name -> named.add(name.toString().toUpperCase(Locale.ROOT)));
    assertEquals(named, names(JobState.values()));
  }

  private static Set<String> names(Enum<?>[] constants) {
    return Stream.of(constants).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
  }
}
