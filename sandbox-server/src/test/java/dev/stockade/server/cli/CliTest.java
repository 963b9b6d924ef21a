package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.policy.Policies;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Command lines that are wrong, and what is said about them. Nothing is run. */
class CliTest {
  private final CommandLineFixture stockade = new CommandLineFixture();

  @Test
  void noCommandIsAUsageErrorWithHelp() {
    assertEquals(ExitCode.USAGE, stockade.execute());
    assertEquals("", stockade.out());
    assertTrue(stockade.err().startsWith("Usage: stockade"), stockade.err());
  }

  @Test
  void helpGoesToStandardOutput() {
    assertEquals(0, stockade.execute("--help"));
    assertEquals("", stockade.err());
    for (String command :
        List.of(
            "run",
            "serve",
            "token",
            "doctor",
            "delegate",
            "selftest",
            "explain",
            "bench",
            "completion",
            "help")) {
      assertTrue(stockade.out().contains("\n  " + command), stockade.out());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "submit",
        "serve",
        "token",
        "doctor",
        "delegate",
        "selftest",
        "explain",
        "bench",
        "completion"
      })
  void everyCommandHasHelpThatFitsATerminal(String command) {
    assertEquals(0, stockade.execute(command, "--help"));
    assertTrue(stockade.out().contains("Usage: stockade " + command), stockade.out());
    stockade.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
  }

  @Test
  void versionNamesTheJava() {
    assertEquals(0, stockade.execute("--version"));
    assertTrue(stockade.out().startsWith("stockade "), stockade.out());
    assertTrue(stockade.out().contains("Java " + Runtime.version()), stockade.out());
  }

  @Test
  void anUnknownCommand() {
    refused("stockade: there is no command fly\nHelp: stockade --help\n", "fly");
  }

  @Test
  void anotherCommandIsMeant() {
    assertEquals(ExitCode.USAGE, stockade.execute("docter"));
    String wanted = "stockade: there is no command docter\nDid you mean: stockade doctor";
    assertTrue(stockade.err().startsWith(wanted), stockade.err());
  }

  @Test
  void aPlainNumberIsNoSize() {
    refused(
        """
        stockade: --memory: "256" has no unit; write "256MiB" or "64KiB"
        Help: stockade run --help
        """,
        "run",
        "--memory",
        "256",
        "--",
        "true");
  }

  @Test
  void aPlainNumberIsNoTime() {
    refused(
        """
        stockade: --cpu-time: "2" has no unit; write "2s" or "500ms"
        Help: stockade run --help
        """,
        "run",
        "--cpu-time",
        "2",
        "--",
        "true");
  }

  @Test
  void aLimitAboveTheCeilingNamesBoth() {
    refused(
        "stockade: --wall-time: 1h is above the ceiling of 2m\nHelp: stockade run --help\n",
        "run",
        "--wall-time",
        "1h",
        "--",
        "true");
  }

  @Test
  void aPolicyThatIsNotThere() {
    refused(
        "stockade: policy \"defualt\": no shipped policy has this name;"
            + " did you mean \"default\"?\nHelp: stockade run --help\n",
        "run",
        "--policy",
        "defualt",
        "--",
        "true");
    refused(
        "stockade: policy \"mine\": no shipped policy has this name; there are "
            + String.join(", ", Policies.names())
            + "\nHelp: stockade explain --help\n",
        "explain",
        "mine");
  }

  @Test
  void runNeedsAProgram() {
    assertEquals(ExitCode.USAGE, stockade.execute("run", "--"));
    assertTrue(stockade.err().startsWith("stockade: run: name a source file"), stockade.err());
  }

  @Test
  void aSourceFileOfNoLanguage() {
    refused(
        "stockade: notes.txt: its ending is of no language that is known here (c, cpp, python,"
            + " java, javascript, go, rust, bash); to run a program: stockade run -- COMMAND\nHelp: stockade run --help\n",
        "run",
        "notes.txt");
  }

  @Test
  void aSourceFileThatIsNotThere() {
    refused(
        "stockade: FILE: there is no file no-such.py\nHelp: stockade run --help\n",
        "run",
        "no-such.py");
  }

  @Test
  void aLanguageHasItsOwnPolicies() {
    refused(
        "stockade: --policy is for commands: a language has policies of its own\nHelp: stockade run --help\n",
        "run",
        "--policy=strict",
        "x.py");
  }

  @Test
  void onlySomeCommandsTakeAProgram() {
    refused(
        "stockade: doctor takes no command after --\nHelp: stockade doctor --help\n",
        "doctor",
        "--",
        "true");
  }

  @Test
  void anArgumentFileIsNotExpanded() {
    refused(
        """
        stockade: @/etc/passwd: one argument more than doctor takes
        Help: stockade doctor --help
        """,
        "doctor",
        "@/etc/passwd");
  }

  @Test
  void whatMayBeMeantForTheProgram() {
    refused(
        "stockade: b.py: one argument more than run takes; the program's own arguments follow --:"
            + " FILE -- b.py\nHelp: stockade run --help\n",
        "run",
        "a.py",
        "b.py");
    refused(
        "stockade: submit has no option --verbose; the program's own arguments follow --:"
            + " FILE -- --verbose\nHelp: stockade submit --help\n",
        "submit",
        "--to=http://127.0.0.1:8080",
        "a.py",
        "--verbose");
  }

  @Test
  void anOptionIsMisspelt() {
    refused(
        "stockade: run has no option --memroy\nPossible solutions: --memory\n",
        "run",
        "--memroy",
        "1GiB",
        "a.py");
    refused("stockade: there is no option --verison\nPossible solutions: --version\n", "--verison");
  }

  @Test
  void inputFilesThatCannotBeRead() {
    refused(
        "stockade: --file: there is no file /no/such/file\nHelp: stockade run --help\n",
        "run",
        "--file",
        "/no/such/file",
        "--",
        "true");
    refused(
        "stockade: --stdin: /usr is a folder\nHelp: stockade run --help\n",
        "run",
        "--stdin",
        "/usr",
        "--",
        "true");
  }

  @Test
  void delegateKnowsNoSuchUser() {
    refused(
        "stockade: there is no user no-such-user in /etc/passwd; give the number of a user who is"
            + " known elsewhere: id -u no-such-user\nHelp: stockade delegate --help\n",
        "delegate",
        "no-such-user");
  }

  @Test
  void rootNeedsNoDelegation() {
    refused(
        "stockade: delegate: root needs no delegation\nHelp: stockade delegate --help\n",
        "delegate",
        "0");
  }

  @Test
  void fieldsOfARequestAreSaidInTheWordsOfTheCommandLine() {
    assertEquals(
        "--memory: is too small",
        Failures.worded(new InvalidRequestException("limits.memory", "is too small")));
    assertEquals(
        "--file: the name ../x must not",
        Failures.worded(new InvalidRequestException("files.../x", "must not")));
    assertEquals(
        "command: no such program",
        Failures.worded(new InvalidRequestException("command", "no such program")));
  }

  private static void refused(String message, String... arguments) {
    CommandLineFixture stockade = new CommandLineFixture();
    assertEquals(ExitCode.USAGE, stockade.execute(arguments), stockade.err());
    assertEquals(message, stockade.err());
    assertEquals("", stockade.out());
  }
}
