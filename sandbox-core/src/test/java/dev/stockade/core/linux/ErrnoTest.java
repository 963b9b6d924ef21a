package dev.stockade.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ErrnoTest {
  @Test
  void namesAndNumbersBelongTogether() {
    Set<Integer> numbers = new HashSet<>();
    for (Errno errno : Errno.values()) {
      assertTrue(numbers.add(errno.number()), errno + " has another's number");
      assertEquals(errno.name(), Errno.nameOf(errno.number()));
      assertEquals(Optional.of(errno), Errno.named(errno.name()));
    }
    assertEquals(Optional.empty(), Errno.named("ENOSUCH"));
    assertEquals("errno 4095", Errno.nameOf(4095));
  }

  @Test
  void theKernelMeansTheSame() {
    SystemCallException badFd =
        assertThrows(SystemCallException.class, () -> Sys.truncate(new Fd(1 << 20), 0));
    assertTrue(badFd.is(Errno.EBADF), badFd::getMessage);
    assertEquals("ftruncate(fd 1048576, 0): EBADF", badFd.getMessage());
    assertEquals(-Errno.ENOSYS.number(), Sys.call("uselib", 0, 0, 0, 0));
    assertEquals(-Errno.ECHILD.number(), Sys.call("wait4", Sys.pid(), 0, 0, 0));
  }
}
