package dev.stockade.server.judge;

import java.io.InputStream;

/** Every output is right: the program has to end well, what it writes is not judged. */
public record NoChecker() implements Checker {
  @Override
  public CheckResult check(byte[] output, byte[] expected) {
    return CheckResult.accepted();
  }

  @Override
  public CheckResult check(byte[] output, InputStream expected) {
    return CheckResult.accepted();
  }

  @Override
  public boolean readsExpectedInPieces() {
    return true;
  }

  @Override
  public boolean comparesOutput() {
    return false;
  }
}
