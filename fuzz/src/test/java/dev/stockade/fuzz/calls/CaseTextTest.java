package dev.stockade.fuzz.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stockade.core.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The format of kept cases, and what is said of a file that has another. */
final class CaseTextTest {
  @Test
  void everyKindOfArgumentIsRead() {
    Case read =
        CaseText.parse(
            "a.plan",
            """
            # a comment
            stockade-calls 1

            verdict SIGNALED
            openat(-100, "a b\\x22\\xff", 0x8000000000000000)
            writev(@fd-1, {scratch+0x10, 3, x"00ff", {play-0x8}}, *scratch+0x800)
            getpid()
            """);
    Argument.Place behind = new Argument.Place(Region.PLAY, -8);
    assertEquals(
        new Case(
            List.of(
                new Call(
                    "openat",
                    List.of(
                        new Argument.Constant(-100),
                        new Argument.Text("a b\"\u00ff"),
                        new Argument.Constant(Long.MIN_VALUE))),
                new Call(
                    "writev",
                    List.of(
                        new Argument.Result(Kind.FD, 1),
                        new Argument.Words(
                            List.of(
                                new Argument.Place(Region.SCRATCH, 16),
                                new Argument.Constant(3),
                                new Argument.Bytes(new byte[] {0, -1}),
                                new Argument.Words(List.of(behind)))),
                        new Argument.Memory(new Argument.Place(Region.SCRATCH, 0x800)))),
                new Call("getpid", List.of())),
            Verdict.SIGNALED),
        read);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          gitpid()                 | no system call is named gitpid
          getpid                   | wants '(' at its end
          getpid() now             | has more after the call:  now
          read(0, scratch+0x0, 1   | wants ')' at its end
          read(0, stack+0x0, 1)    | no argument is "stack"
          read(0 1)                | wants ')' at: 1)
          read(@socket-1)          | no call gives a "socket"
          read(@fd-0)              | no call gives that: FD 0
          read(1, {@fd-1})         | a structure cannot hold @fd-1: it is known only when the call is made
          read(1, {})              | a structure has at least one word
          open("a\\n")             | wants \\xHH after a backslash
          open("a\\x00")           | a string has no such character: 0
          open("a)                 | wants '"' at its end
          getpid(1,2,3,4,5,6,7)    | a call has at most six arguments
          verdict SANDBOX_ERROR    | no verdict is named SANDBOX_ERROR
          (1)                      | wants the name of a system call
          """)
  void aLineThatCannotBeReadIsNamed(String line, String message) {
    String text = "# first\nstockade-calls 1\ngetpid()\n" + line + "\n";
    CaseText.FormatException e =
        assertThrows(CaseText.FormatException.class, () -> CaseText.parse("bad.plan", text));
    assertEquals("bad.plan:4: " + message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          stockade-calls 2 | bad.plan:1: is of another version: wants "stockade-calls 1", has "stockade-calls 2"
          getpid()         | bad.plan:1: is no list of calls: wants "stockade-calls 1" first
          # nothing        | bad.plan:1: is empty: wants "stockade-calls 1"
          """)
  void aFileOfAnotherKindOrVersionIsRefused(String text, String message) {
    CaseText.FormatException e =
        assertThrows(CaseText.FormatException.class, () -> CaseText.parse("bad.plan", text));
    assertEquals(message, e.getMessage());
  }

  @Test
  void aListThatIsTooLongIsRefused() {
    String text = CaseText.HEADER + "\n" + "getpid()\n".repeat(Case.MOST_CALLS + 1);
    CaseText.FormatException e =
        assertThrows(CaseText.FormatException.class, () -> CaseText.parse("bad.plan", text));
    assertEquals(
        "bad.plan:" + (Case.MOST_CALLS + 2) + ": more than " + Case.MOST_CALLS + " calls",
        e.getMessage());
  }
}
