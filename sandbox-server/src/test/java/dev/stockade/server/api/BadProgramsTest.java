package dev.stockade.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.job.StoredFiles;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Linked programs that cannot be run: the exact field, the exact words. */
class BadProgramsTest {
  private static final JobParser PARSER =
      new JobParser(TestLanguage.ALL, PolicyCatalog.shipped(), StoredFiles.NONE);

  private static final String FIRST = "{'name':'a','command':['x'],'policy':'bash'}";

  static Stream<Arguments> bodies() {
    return Stream.of(
        bad("'programs':7", "programs", "must be an array, not a number"),
        bad("'programs':[]", "programs", "has 0; a linked job has at least two programs"),
        bad(
            "'programs':[" + FIRST + "]",
            "programs",
            "has 1; a linked job has at least two programs"),
        bad("'programs':[" + "{},".repeat(8) + "{}]", "programs", "has 9 values; it has at most 8"),
        bad("'programs':[7,7]", "programs[0]", "must be an object, not a number"),
        bad(
            "'programs':[],'stdin':''",
            "stdin",
            "is not a key of a job with programs; its keys are programs, priority, callback"),
        second("'policy':'bash','command':['x']", "name", "is missing"),
        second("'name':'','policy':'bash','command':['x']", "name", "is empty"),
        second("'name':'a','policy':'bash','command':['x']", "name", "is there twice: \"a\""),
        second(
            "'name':'b'", "language", "is missing: a program has either a language or a command"),
        second(
            "'name':'b','language':'cpp','source':'','command':['x']",
            "command",
            "cannot stand beside language: a program has one of the two"),
        second(
            "'name':'b','policy':'bash','command':[]",
            "command",
            "is empty; its first string names the program"),
        second(
            "'name':'b','policy':'bash','command':['']",
            "command[0]",
            "is empty; it names the program"),
        second(
            "'name':'b','command':['x']",
            "policy",
            "has no network: policy default says network: none, not linked"),
        second(
            "'name':'b','policy':'bash','command':['x'],'tests':[]",
            "tests",
            "is not a key of a program with a command; its keys are name, service, after, command,"
                + " policy, files, stdin, limits, outputFiles"),
        second(
            "'name':'b','policy':'bash','command':['x'],'service':1",
            "service",
            "must be a boolean, not a number"),
        second(
            "'name':'b','policy':'bash','command':['x'],'after':{'program':'b','listens':80}",
            "after.program",
            "\"b\" is not the name of a program before this one"),
        second(
            "'name':'b','policy':'bash','command':['x'],'after':{'program':'a','listens':0}",
            "after.listens",
            "must be a whole number from 1 to 65535"),
        second(
            "'name':'b','policy':'bash','command':['x'],'outputFiles':['../x']",
            "outputFiles[0]",
            "the name \"../x\" has the part \"..\"; names stay inside the workspace"),
        second(
            "'name':'b','policy':'bash','command':['x'],'limits':{'memory':'1TiB'}",
            "limits.memory",
            "1TiB is above the ceiling of 4GiB"),
        bad(
            "'programs':["
                + "{'name':'a','command':['x'],'policy':'bash','service':true},"
                + "{'name':'b','command':['x'],'policy':'bash','service':true}]",
            "programs",
            "are all services: nothing would end them"),
        bad(
            "'programs':["
                + "{'name':'a','command':['x'],'policy':'bash','limits':{'output':'64MiB'}},"
                + "{'name':'b','command':['x'],'policy':'bash'}]",
            "programs",
            "may write 65MiB by their limits.output together; a job's programs have at most 64MiB"));
  }

  private static Arguments bad(String body, String field, String message) {
    return Arguments.of("{" + body + "}", field, message);
  }

  private static Arguments second(String program, String field, String message) {
    return bad("'programs':[" + FIRST + ",{" + program + "}]", "programs[1]." + field, message);
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void faultIsNamedWithItsField(String body, String field, String message) {
    byte[] json = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ProblemException refused =
        Assertions.assertThrows(
            ProblemException.class, () -> PARSER.parse(StrictJson.decode(json)));
    assertEquals(new FieldError(field, message), refused.problem().errors().get(0));
  }
}
