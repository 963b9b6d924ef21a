package dev.stockade.server.judge;

import dev.stockade.core.Content;
import dev.stockade.core.policy.LimitOverrides;
import java.math.BigDecimal;
import java.util.List;

/**
 * One input for the program, and what should come of it.
 *
 * @param stdin standard input, byte for byte
 * @param expected output, byte for byte; what a checker program calls the answer
 * @param args follow the job's own arguments, byte for byte
 * @param limits asked for this test, in place of the job's
 * @param group index of its group; {@link #NO_GROUP} in a job without groups
 * @param weight the most points that the test can earn
 */
public record TestCase(
    String name,
    Content stdin,
    Content expected,
    List<byte[]> args,
    LimitOverrides limits,
    int group,
    BigDecimal weight) {
  public static final int NO_GROUP = -1;

  public TestCase {
    args = List.copyOf(args);
  }
}
