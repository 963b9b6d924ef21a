package dev.stockade.core.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Memory after its end, and beyond its end, is an exception and not a crash of the Java VM. */
final class NativeMemoryTest {
  @Test
  void aBufferKeepsBytesWithinItsBounds() {
    try (NativeBuffer buffer = NativeBuffer.allocate(4)) {
      byte[] read = {9, 9, 9, 9};
      buffer.get(read, 0, 4);
      assertArrayEquals(new byte[4], read);
      buffer.put(new byte[] {1, 2, 3, 4}, 1, 3);
      buffer.get(read, 1, 3);
      assertArrayEquals(new byte[] {0, 2, 3, 4}, read);
      assertThrows(IndexOutOfBoundsException.class, () -> buffer.get(new byte[5], 0, 5));
      assertThrows(IndexOutOfBoundsException.class, () -> buffer.put(new byte[5], 0, 5));
    }
  }

  @Test
  void aFreedBufferIsNotTouched() {
    NativeBuffer buffer = NativeBuffer.allocate(4);
    buffer.close();
    buffer.close();
    assertThrows(IllegalStateException.class, () -> buffer.get(new byte[1], 0, 1));
  }

  @Test
  void sharedMemoryKeepsWordsWithinItsBounds() {
    try (SharedMemory memory = SharedMemory.create("test", 8192)) {
      memory.write(8184, new byte[] {1, 0, 0, 0, 0, 0, 0, 2});
      assertEquals(0x0200_0000_0000_0001L, memory.readLong(8184));
      assertArrayEquals(new byte[] {0, 2}, memory.read(8190, 2));
      assertThrows(IndexOutOfBoundsException.class, () -> memory.readLong(8185));
      assertThrows(IndexOutOfBoundsException.class, () -> memory.write(8192, new byte[1]));
      assertThrows(IndexOutOfBoundsException.class, () -> memory.read(-1, 1));
    }
  }

  @Test
  void unmappedMemoryIsNotTouched() {
    SharedMemory memory = SharedMemory.create("test", 4096);
    memory.close();
    memory.close();
    assertThrows(IllegalStateException.class, () -> memory.readLong(0));
  }
}
