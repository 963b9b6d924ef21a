package dev.stockade.core.run;

import dev.stockade.core.LiveRun;

/** Attends a run that says nothing, and has nothing to say to it. */
final class Nobody implements LiveRun.Listener {
  @Override
  public void wrote(LiveRun.Stream stream, byte[] bytes) {
    throw new AssertionError("a run that should say nothing has written");
  }

  @Override
  public void wantsInput() {}
}
