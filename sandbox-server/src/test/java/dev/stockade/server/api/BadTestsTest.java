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

/**
 * Tests, groups, checkers and interactors that cannot be judged: the exact field, the exact words.
 */
class BadTestsTest {
  private static final JobParser PARSER =
      new JobParser(TestLanguage.ALL, PolicyCatalog.shipped(), StoredFiles.NONE);

  private static final String TEST = "'tests':[{'expected':''}]";
  private static final String NO_MEANING = "means nothing in a job without tests";

  static Stream<Arguments> bodies() {
    return Stream.of(
        bad("'tests':7", "tests", "must be an array, not a number"),
        bad("'tests':[]", "tests", "is empty; a job has at least one, or no tests at all"),
        bad(
            "'tests':[" + "{},".repeat(1000) + "{}]",
            "tests",
            "has 1001 values; it has at most 1000"),
        bad("'tests':['x']", "tests[0]", "must be an object, not a string"),
        bad(
            "'tests':[{'expected':'','input':''}]",
            "tests[0].input",
            "is not a key of a test; its keys are name, stdin, expected, args, limits, group, weight"),
        bad(
            "'tests':[{'expected':''},{}]",
            "tests[1].expected",
            "is missing: the checker compares with it; {\"type\": \"none\"} does not"),
        bad(
            "'tests':[{'expected':7}]",
            "tests[0].expected",
            "must be a string, or {\"base64\": …}, not a number"),
        bad(
            "'tests':[{'expected':'','stdin':{'base64':'*'}}]",
            "tests[0].stdin.base64",
            "is not base64 (RFC 4648, with + and /)"),
        bad("'tests':[{'expected':'','name':''}]", "tests[0].name", "is empty"),
        bad(
            "'tests':[{'expected':'','name':7}]",
            "tests[0].name",
            "must be a string, not a number"),
        bad(
            "'tests':[{'expected':'','name':'" + "n".repeat(256) + "'}]",
            "tests[0].name",
            "has 256 characters; a name has at most 255"),
        bad(
            "'tests':[{'expected':'','name':'2'},{'expected':''}]",
            "tests[1].name",
            "is there twice: \"2\""),
        bad(
            "'tests':[{'expected':'','args':['a','b\\u0000']}]",
            "tests[0].args[1]",
            "has a NUL byte in it, which no argument can have"),
        bad(
            "'tests':[{'expected':''},{'expected':'','limits':{'memory':'1TiB'}}]",
            "tests[1].limits.memory",
            "1TiB is above the ceiling of 4GiB"),
        bad(
            "'tests':[{'expected':'','limits':{'cpuTime':2}}]",
            "tests[0].limits.cpuTime",
            "is a plain number; write it with a unit, as in \"2s\" or \"500ms\""),
        bad(
            "'tests':[{'expected':'','weight':'1'}]",
            "tests[0].weight",
            "must be a number, not a string"),
        bad(
            "'tests':[{'expected':'','weight':-1}]",
            "tests[0].weight",
            "must be from 0 to 1000000"),
        bad(
            "'tests':[{'expected':'','weight':1e400}]",
            "tests[0].weight",
            "must be from 0 to 1000000"),
        bad(
            "'tests':[{'expected':'','weight':1000000.1}]",
            "tests[0].weight",
            "must be from 0 to 1000000"),
        bad(
            "'tests':[{'expected':'','weight':0.0000001}]",
            "tests[0].weight",
            "has more than 6 decimals"),
        // company
        bad(TEST + ",'stdin':''", "stdin", "cannot stand beside tests: each test has its own"),
        bad(
            TEST + ",'outputFiles':['a']",
            "outputFiles",
            "cannot stand beside tests: what a test leaves is judged, not kept"),
        bad("'checker':{'type':'lines'}", "checker", NO_MEANING),
        bad("'groups':[]", "groups", NO_MEANING),
        bad("'parallelism':2", "parallelism", NO_MEANING),
        bad("'stopOnFirstFailure':true", "stopOnFirstFailure", NO_MEANING),
        bad("'keepOutput':'1KiB'", "keepOutput", NO_MEANING),
        bad(TEST + ",'parallelism':0", "parallelism", "must be a whole number from 1 to 64"),
        bad(TEST + ",'parallelism':65", "parallelism", "must be a whole number from 1 to 64"),
        bad(TEST + ",'parallelism':1.5", "parallelism", "must be a whole number from 1 to 64"),
        bad(
            TEST + ",'stopOnFirstFailure':1",
            "stopOnFirstFailure",
            "must be a boolean, not a number"),
        bad(
            TEST + ",'keepOutput':4096",
            "keepOutput",
            "is a plain number; write it with a unit, as in \"4KiB\""),
        bad(
            TEST + ",'keepOutput':'9MiB'",
            "keepOutput",
            "9MiB of two streams of 1 tests is more than the 16MiB that one job may keep"),
        bad(
            TEST + ",'keepOutput':'4MiB','interactor':{'language':'cpp','source':''}",
            "keepOutput",
            "4MiB of four streams and a transcript of 1 tests is more than the 16MiB that one job"
                + " may keep"),
        // groups
        bad(TEST + ",'groups':[]", "groups", "is empty; leave it out"),
        bad(
            TEST + ",'groups':[{'name':'g'}]",
            "tests[0].group",
            "is missing: in a job with groups each test is in one"),
        bad(
            "'tests':[{'expected':'','group':'h'}],'groups':[{'name':'g'}]",
            "tests[0].group",
            "\"h\" is not the name of one of groups"),
        bad(
            "'tests':[{'expected':'','group':'h'}]",
            "tests[0].group",
            "\"h\" is not the name of one of groups"),
        bad(
            "'tests':[{'expected':'','group':'g'}],'groups':[{'name':'g'},{'name':'h'}]",
            "groups[1]",
            "has no tests: none names it"),
        bad(
            "'tests':[{'expected':'','group':'g'}],'groups':[{'name':'g'},{'name':'g'}]",
            "groups[1].name",
            "is there twice: \"g\""),
        bad(TEST + ",'groups':[{}]", "groups[0].name", "is missing: tests name their group"),
        bad(
            "'tests':[{'expected':'','group':'g'}],'groups':[{'name':'g','scoring':'max'}]",
            "groups[0].scoring",
            "must be one of sum, minimum, allOrNothing"),
        bad(
            "'tests':[{'expected':'','group':'g'}],'groups':[{'name':'g','weight':3}]",
            "groups[0].weight",
            "has no meaning in a group that is a sum: its tests have weights"),
        bad(
            "'tests':[{'expected':'','group':'g','weight':1}],"
                + "'groups':[{'name':'g','scoring':'minimum','weight':3}]",
            "tests[0].weight",
            "has no meaning in group \"g\", which is no sum: the group has the weight"),
        // interactors
        bad("'interactor':{'language':'cpp','source':''}", "interactor", NO_MEANING),
        bad(TEST + ",'interactor':'cpp'", "interactor", "must be an object, not a string"),
        bad(
            TEST + ",'interactor':{'source':''}",
            "interactor.language",
            "is missing: an interactor is written in one"),
        bad(
            TEST + ",'interactor':{'language':'cpp'}",
            "interactor.source",
            "is missing: a job with a language has source or files"),
        bad(
            TEST + ",'interactor':{'type':'program','language':'cpp','source':''}",
            "interactor.type",
            "is not a key of an interactor; its keys are language, source, main, files, limits"),
        bad(
            TEST + ",'interactor':{'language':'cpp','source':'','files':{'input.txt':''}}",
            "interactor.files[\"input.txt\"]",
            "is the name of a file that the interactor gets"),
        bad(
            TEST + ",'interactor':{'language':'cpp','source':'','limits':{'memory':'1TiB'}}",
            "interactor.limits.memory",
            "1TiB is above the ceiling of 4GiB"),
        bad(
            "'tests':[{}],'checker':{'type':'lines'},'interactor':{'language':'cpp','source':''}",
            "tests[0].expected",
            "is missing: the checker compares with it; {\"type\": \"none\"} does not"),
        // checkers
        bad(TEST + ",'checker':'lines'", "checker", "must be an object, not a string"),
        bad(
            TEST + ",'checker':{'type':'diff'}",
            "checker.type",
            "must be one of exact, lines, tokens, unorderedLines, none, floats, program"),
        bad(
            TEST + ",'checker':{'type':'lines','absolute':1}",
            "checker.absolute",
            "is not a key of the checker lines; its keys are type"),
        bad(
            TEST + ",'checker':{'type':'floats'}",
            "checker",
            "must say how far numbers may be off: absolute, relative or both"),
        bad(
            TEST + ",'checker':{'type':'floats','absolute':-1e-9}",
            "checker.absolute",
            "must be from 0 to 1000000"),
        bad(
            TEST + ",'checker':{'type':'floats','relative':1e-101}",
            "checker.relative",
            "has more than 100 decimals"),
        bad(
            TEST + ",'checker':{'type':'program'}",
            "checker.language",
            "is missing: a checker program is written in one"),
        bad(
            TEST + ",'checker':{'type':'program','language':'rust','source':''}",
            "checker.language",
            "\"rust\" cannot be used here: rustc is not installed"),
        bad(
            TEST + ",'checker':{'type':'program','language':'cpp'}",
            "checker.source",
            "is missing: a job with a language has source or files"),
        bad(
            TEST + ",'checker':{'type':'program','language':'cpp','source':'','stdin':''}",
            "checker.stdin",
            "is not a key of a checker program; its keys are type, language, source, main, files, limits"),
        bad(
            TEST
                + ",'checker':{'type':'program','language':'cpp','source':'','files':{'output.txt':''}}",
            "checker.files[\"output.txt\"]",
            "is the name of a file that the checker gets"),
        bad(
            TEST
                + ",'checker':{'type':'program','language':'cpp','source':'','limits':{'memory':'1TiB'}}",
            "checker.limits.memory",
            "1TiB is above the ceiling of 4GiB"));
  }

  private static Arguments bad(String body, String field, String message) {
    return Arguments.of("{'command':['x']," + body + "}", field, message);
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
