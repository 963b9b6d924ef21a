package dev.stockade.core.seccomp;

import java.util.Arrays;

/**
 * A classic BPF program as seccomp(2) takes it: {@code struct sock_filter[]}, 8 bytes each, little
 * endian.
 */
public final class BpfProgram {
  private final byte[] bytes;

  public BpfProgram(byte[] bytes) {
    if (bytes.length == 0 || bytes.length % 8 != 0) {
      throw new IllegalArgumentException(
          "not a whole number of 8-byte instructions: " + bytes.length);
    }
    this.bytes = bytes.clone();
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  /** Number of instructions; the kernel takes at most 4096 (BPF_MAXINSNS). */
  public int length() {
    return bytes.length / 8;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BpfProgram that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "BpfProgram[" + length() + " instructions]";
  }
}
