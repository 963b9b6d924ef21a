package dev.stockade.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class FlagSetProperties {
  private static final List<FlagSet> ALL =
      List.of(
          Constants.CLONE_FLAGS,
          Constants.MOUNT_FLAGS,
          Constants.UMOUNT_FLAGS,
          Constants.MOUNT_ATTRS,
          Constants.OPEN_FLAGS,
          Constants.RESOLVE_FLAGS);

  @Provide
  Arbitrary<FlagSet> flagSets() {
    return Arbitraries.of(ALL);
  }

  @Property
  void whatIsRenderedParsesBack(@ForAll("flagSets") FlagSet flags, @ForAll long value) {
    assertEquals(value, flags.parse(flags.render(value)));
  }

  @Property
  void everyKnownBitIsRenderedByName(@ForAll("flagSets") FlagSet flags, @ForAll long value) {
    long known = flags.bits().values().stream().reduce(0L, (a, b) -> a | b);
    String text = flags.render(value & known);
    for (Map.Entry<String, Long> bit : flags.bits().entrySet()) {
      boolean named = List.of(text.split("\\|")).contains(bit.getKey());
      assertEquals((value & bit.getValue()) != 0, named, bit.getKey() + " in " + text);
    }
  }

  @Example
  void theUnknownRestIsHexadecimal() {
    assertEquals(
        "MS_NOSUID|MS_NODEV|0x8000000000000000",
        Constants.MOUNT_FLAGS.render(0x8000_0000_0000_0006L));
    assertEquals("0", Constants.MOUNT_FLAGS.render(0));
  }

  @Example
  void anUnknownNameIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Constants.MOUNT_FLAGS.parse("MS_NOSUCH"));
    assertThrows(IllegalArgumentException.class, () -> Constants.MOUNT_FLAGS.parse(""));
  }
}
