package dev.stockade.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What is said to whoever attends a run. */
final class AttendanceTest {
  private static final int ROOM = 10;

  private int wanted;
  private final Attendance attendance =
      new Attendance(
          ROOM,
          new Attendance.Listener() {
            @Override
            public void wrote(int descriptor, byte[] bytes) {
              throw new AssertionError("nothing was written");
            }

            @Override
            public void wantsInput() {
              wanted++;
            }
          });

  /** Regression: when the program had ended just then, it was never told. */
  @Test
  void whoWaitsForRoomIsToldWhenTheRunIsOver() {
    assertFalse(attendance.write(new byte[ROOM]));
    attendance.over();
    assertEquals(1, wanted);
    assertTrue(attendance.write(new byte[ROOM]), "it is lost");
    attendance.over();
    assertEquals(1, wanted);
  }
}
