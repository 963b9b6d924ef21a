package dev.stockade.core.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.cgroup.CgroupUsage;
import dev.stockade.core.linux.NativeBuffer;
import dev.stockade.core.linux.Sys;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both ends of a conversation in one hand: relays, transcript, and who was the first to leave. */
final class ConversationTest {
  private static final int PIPE = 64 << 10;

  private final Conversation talk = new Conversation(1000);
  private final Conversation.End interactor = talk.end(Side.INTERACTOR);
  private final Conversation.End solution = talk.end(Side.SOLUTION);

  @AfterEach
  void close() {
    talk.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String read(Conversation.End end) {
    try (NativeBuffer buffer = NativeBuffer.allocate(PIPE)) {
      int count = Sys.read(end.input(), buffer, PIPE);
      byte[] bytes = new byte[count];
      buffer.get(bytes, 0, count);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static PairOutcome outcome(Conversation of) {
    JobOutcome nothing =
        new JobOutcome(
            0,
            null,
            null,
            CgroupUsage.NOTHING,
            null,
            0,
            new byte[0],
            0,
            new byte[0],
            0,
            Map.of(),
            Map.of());
    return of.outcome(nothing, nothing);
  }

  private PairOutcome.Cause cause() {
    return outcome(talk).cause();
  }

  private Side first() {
    return outcome(talk).first();
  }

  private static List<String> pieces(PairOutcome outcome) {
    return outcome.pieces().stream()
        .map(piece -> piece.from() + ":" + new String(piece.bytes(), StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void whatOneSaysTheOtherReads() {
    interactor.relay().pass(bytes("how many?\n"));
    assertEquals("how many?\n", read(solution));
    solution.relay().pass(bytes("three\n"));
    assertEquals("three\n", read(interactor));
    interactor.relay().end();
    assertEquals("", read(solution), "the end of the file");
    assertEquals(Side.INTERACTOR, first());
    assertEquals(PairOutcome.Cause.LEFT, cause());
  }

  @Test
  void moreThanThePipeTakesIsKeptUntilItIsReadByteForByte() {
    byte[] all = new byte[3 * PIPE + 5];
    new Random(1).nextBytes(all);
    solution.relay().pass(all);
    assertTrue(solution.relay().isFull());
    solution.relay().end();
    assertTrue(solution.relay().isOpen(), "its end is told only behind what it said");
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    try (NativeBuffer buffer = NativeBuffer.allocate(1000)) {
      for (int count; (count = Sys.read(interactor.input(), buffer, 1000)) > 0; ) {
        byte[] some = new byte[count];
        buffer.get(some, 0, count);
        got.writeBytes(some);
        solution.relay().pump();
      }
    }
    assertArrayEquals(all, got.toByteArray());
    assertFalse(solution.relay().isOpen());
  }

  @Test
  void whoCannotBeToldAnythingHasLeft() {
    solution.input().close();
    interactor.relay().pass(bytes("x"));
    assertFalse(interactor.relay().isOpen());
    assertFalse(interactor.relay().isFull());
    assertEquals(Side.SOLUTION, first());
    interactor.relay().end();
    assertEquals(Side.SOLUTION, first(), "what comes of it is not the first");
  }

  @Test
  void finishingDoesNotWaitForWhoHasLeft() {
    interactor.relay().pass(new byte[2 * PIPE]);
    assertTrue(interactor.relay().isFull());
    solution.input().close();
    interactor.relay().finish();
    assertFalse(interactor.relay().isOpen());
  }

  @Test
  void aKillForALimitIsTheFirstAndACancelIsNobodys() {
    interactor.killed(JobOutcome.KilledFor.CANCELLED);
    assertThrows(IllegalStateException.class, this::first);
    interactor.killed(JobOutcome.KilledFor.CPU_TIME);
    solution.left();
    assertEquals(Side.INTERACTOR, first());
    assertEquals(PairOutcome.Cause.KILLED, cause());
  }

  @Test
  void whenBothWaitTheSolutionOwesAnAnswerWhoeversTimeIsOver() {
    interactor.killed(JobOutcome.KilledFor.WALL_TIME);
    assertEquals(Side.SOLUTION, first());
    assertEquals(PairOutcome.Cause.STALLED, cause());
  }

  @Test
  void whenTheInteractorAloneHasNotReadItIsToBlameWhoeversTimeIsOver() {
    solution.relay().pass(bytes("an answer"));
    solution.killed(JobOutcome.KilledFor.WALL_TIME);
    assertEquals(Side.INTERACTOR, first());
    assertEquals(PairOutcome.Cause.STALLED, cause());
  }

  @Test
  void whenNobodyReadsTheSolutionIsToBlame() {
    solution.relay().pass(bytes("an answer"));
    interactor.relay().pass(bytes("a question"));
    interactor.killed(JobOutcome.KilledFor.WALL_TIME);
    assertEquals(Side.SOLUTION, first());
  }

  @Test
  void whenTheSolutionDoesNotReadItIsToBlame() {
    interactor.relay().pass(bytes("a question"));
    interactor.killed(JobOutcome.KilledFor.WALL_TIME);
    assertEquals(Side.SOLUTION, first());
  }

  @Test
  void theTranscriptHasOnePieceForEachTurn() {
    interactor.relay().pass(bytes("1"));
    interactor.relay().pass(bytes("2\n"));
    solution.relay().pass(bytes("yes\n"));
    interactor.relay().pass(bytes("3\n"));
    talk.left(Side.SOLUTION);
    assertEquals(
        List.of("INTERACTOR:12\n", "SOLUTION:yes\n", "INTERACTOR:3\n"), pieces(outcome(talk)));
    assertEquals(9, outcome(talk).totalBytes());
  }

  @Test
  void theTranscriptIsCutAndEverythingIsCounted() {
    try (Conversation small = new Conversation(2L * PairOutcome.PIECE_BYTES + 5)) {
      small.said(Side.INTERACTOR, bytes("abc"));
      small.said(Side.SOLUTION, bytes("defg"));
      small.said(Side.SOLUTION, bytes("h"));
      small.said(Side.INTERACTOR, bytes("i"));
      small.left(Side.SOLUTION);
      assertEquals(List.of("INTERACTOR:abc", "SOLUTION:de"), pieces(outcome(small)));
      assertEquals(9, outcome(small).totalBytes());
    }
  }

  @Test
  void crumbsCountForMoreThanTheirBytes() {
    try (Conversation small = new Conversation(1000)) {
      for (int i = 0; i < 1000; i++) {
        small.said(i % 2 == 0 ? Side.INTERACTOR : Side.SOLUTION, bytes("x"));
      }
      small.left(Side.SOLUTION);
      assertEquals(1000 / (PairOutcome.PIECE_BYTES + 1), outcome(small).pieces().size());
      assertEquals(1000, outcome(small).totalBytes());
    }
  }
}
