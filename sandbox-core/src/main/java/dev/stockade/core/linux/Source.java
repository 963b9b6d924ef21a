package dev.stockade.core.linux;

/** Bytes to be written to a descriptor. */
public sealed interface Source {
  /** Bytes in the heap. */
  @SuppressWarnings("ArrayRecordComponent") // bytes are the point; never compared
  record OfBytes(byte[] bytes) implements Source {}

  /** What is in a file now, which the kernel copies. */
  record OfFile(String path) implements Source {}
}
