package dev.stockade.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.linux.MessageSocket.Message;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class MessageSocketProperties {
  private static final long SECOND = 1_000_000_000L;

  private record Pair(MessageSocket a, MessageSocket b) implements AutoCloseable {
    static Pair open() {
      Fd[] fds = Sys.socketPair();
      return new Pair(new MessageSocket(fds[0]), new MessageSocket(fds[1]));
    }

    @Override
    public void close() {
      a.close();
      b.close();
    }
  }

  @Property(tries = 50)
  void aWordAndDescriptorsArriveAsTheyWereSent(
      @ForAll long word, @ForAll @IntRange(max = MessageSocket.MAX_FDS) int count) {
    byte[] content = Long.toString(word).getBytes(StandardCharsets.UTF_8);
    try (Pair pair = Pair.open();
        Fd file = Memfd.sealed("test", content)) {
      Fd[] fds = new Fd[count];
      java.util.Arrays.fill(fds, file);
      pair.a().send(word, fds);
      Message message = pair.b().receive(SECOND).orElseThrow();
      assertEquals(word, message.word());
      assertEquals(count, message.fds().size());
      for (Fd received : message.fds()) {
        assertNotEquals(file.number(), received.number());
        received.close();
      }
      if (count > 0) {
        assertThrows(IllegalStateException.class, () -> message.fds().get(0).number());
      }
    }
  }

  @Example
  void aReceivedDescriptorIsTheSameFile() {
    byte[] content = "content".getBytes(StandardCharsets.UTF_8);
    try (Pair pair = Pair.open();
        NativeBuffer buffer = NativeBuffer.allocate(100)) {
      try (Fd file = Memfd.sealed("test", content)) {
        pair.a().send(0, file);
      }
      try (Fd received = pair.b().receive(SECOND).orElseThrow().fds().get(0)) {
        assertEquals(content.length, Sys.read(received, buffer, 100));
        byte[] read = new byte[content.length];
        buffer.get(read, 0, read.length);
        assertEquals("content", new String(read, StandardCharsets.UTF_8));
        assertEquals(0, Sys.read(received, buffer, 100));
      }
    }
  }

  @Example
  void messagesStayApartAndInOrderBothWays() {
    try (Pair pair = Pair.open()) {
      pair.a().send(1);
      pair.a().send(2);
      pair.b().send(3);
      assertEquals(1, pair.b().receive(SECOND).orElseThrow().word());
      assertEquals(2, pair.b().receive(SECOND).orElseThrow().word());
      assertEquals(3, pair.a().receive(SECOND).orElseThrow().word());
    }
  }

  @Example
  void theOtherEndClosedIsNoMessageAndASendIsEpipe() {
    try (Pair pair = Pair.open()) {
      pair.a().send(9);
      pair.a().close();
      assertEquals(9, pair.b().receive(SECOND).orElseThrow().word());
      assertEquals(Optional.empty(), pair.b().receive(SECOND));
      SystemCallException thrown = assertThrows(SystemCallException.class, () -> pair.b().send(1));
      assertTrue(thrown.is(Errno.EPIPE), thrown::getMessage);
    }
  }

  @Example
  void theOtherEndClosedWithUnreadMessagesIsNoMessage() {
    try (Pair pair = Pair.open()) {
      pair.b().send(1);
      pair.a().close();
      assertEquals(Optional.empty(), pair.b().receive(SECOND));
    }
  }

  @Example
  void nothingInTimeIsEtimedout() {
    try (Pair pair = Pair.open()) {
      SystemCallException thrown =
          assertThrows(SystemCallException.class, () -> pair.b().receive(1_000_000));
      assertTrue(thrown.is(Errno.ETIMEDOUT), thrown::getMessage);
    }
  }

  @Example
  void moreDescriptorsThanFitAreRefused() {
    try (Pair pair = Pair.open();
        Fd file = Memfd.sealed("test", new byte[0])) {
      Fd[] fds = new Fd[MessageSocket.MAX_FDS + 1];
      java.util.Arrays.fill(fds, file);
      assertThrows(IllegalArgumentException.class, () -> pair.a().send(1, fds));
    }
  }

  @Example
  void closingTwiceIsClosingOnce() {
    Pair pair = Pair.open();
    pair.close();
    pair.close();
    assertFalse(pair.a().fd().isOpen());
    assertThrows(IllegalStateException.class, () -> pair.a().send(1));
  }
}
