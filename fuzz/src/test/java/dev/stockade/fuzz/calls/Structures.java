package dev.stockade.fuzz.calls;

import static dev.stockade.fuzz.calls.Values.one;
import static dev.stockade.fuzz.calls.Values.pick;

import dev.stockade.fuzz.calls.Argument.Bytes;
import dev.stockade.fuzz.calls.Argument.Constant;
import dev.stockade.fuzz.calls.Argument.Place;
import dev.stockade.fuzz.calls.Argument.Text;
import dev.stockade.fuzz.calls.Argument.Words;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/** Random structures that calls take by address. */
final class Structures {
  private Structures() {}

  static void register(Map<String, Function<Random, Argument>> byName) {
    byName.put("words", Structures::words);
    byName.put("iov", Structures::iov);
    byName.put("timespec", Structures::timespec);
    byName.put("itimer", random -> struct(0, one(random, 0, 1000, 100_000), 0, 1000));
    byName.put("openhow", Structures::openHow);
    byName.put("xargs", random -> new Words(List.of(bytes(random), new Constant(8))));
    byName.put("sockaddr", Structures::socketAddress);
    byName.put("msghdr", random -> new Words(messageHeader(random)));
    byName.put("mmsg", Structures::messages);
    byName.put(
        "pollfds", random -> struct(pair(random.nextInt(20), 1), pair(random.nextInt(20), 4)));
    byName.put("fdset", random -> random.nextInt(3) == 0 ? Argument.ZERO : Values.scratch(random));
    byName.put("sigset", Structures::signalSet);
    byName.put("sigaction", Structures::signalAction);
    byName.put(
        "siginfo",
        random ->
            struct(pair(Values.signal(random), 0), -1, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    byName.put("sigevent", Structures::signalEvent);
    byName.put("schedattr", Structures::schedulerAttributes);
    byName.put(
        "capability",
        random -> struct(pair(one(random, 0x20080522, 0x20071026, 0), random.nextInt(3))));
    byName.put(
        "mqname", random -> new Text(pick(random, "q", "queue", "/q", "", "a/b", "x".repeat(256))));
    byName.put(
        "mqattr",
        random ->
            struct(one(random, 0, 04000), one(random, 1, 10, 1000), one(random, 1, 64, 8192), 0));
    byName.put(
        "sembuf",
        random ->
            new Bytes(
                new byte[] {
                  0, 0, (byte) (random.nextInt(5) - 2), 0, 0, (byte) one(random, 0, 8, 16)
                }));
    byName.put(
        "rlimit",
        random ->
            random.nextInt(3) == 0
                ? Argument.ZERO
                : struct(one(random, 0, 1, 64, 4096, -1), one(random, 64, 4096, 1 << 20, -1)));
  }

  /** {@code struct flock}: type and whence, start, length, pid. */
  static Argument flock(Random random) {
    return struct(pair(random.nextInt(3), 0), random.nextInt(8), random.nextInt(8), 0);
  }

  static Argument bytes(Random random) {
    byte[] content = new byte[1 + random.nextInt(24)];
    random.nextBytes(content);
    return new Bytes(content);
  }

  private static Words struct(long... words) {
    List<Argument> all = new ArrayList<>();
    for (long word : words) {
      all.add(new Constant(word));
    }
    return new Words(all);
  }

  /** Two 32-bit values in one word. */
  private static long pair(long low, long high) {
    return (low & 0xffff_ffffL) | (high << 32);
  }

  private static Argument words(Random random) {
    List<Argument> all = new ArrayList<>();
    for (int i = random.nextInt(8); i >= 0; i--) {
      all.add(known(random));
    }
    return new Words(all);
  }

  /** Anything that may stand in a structure. */
  private static Argument known(Random random) {
    Argument value = random.nextInt(3) == 0 ? Values.nasty(random) : Values.scratch(random);
    return value instanceof Argument.Result ? new Constant(random.nextInt(16)) : value;
  }

  private static Argument iov(Random random) {
    List<Argument> all = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      all.add(known(random));
      all.add(new Constant(one(random, 0, 1, 8, 64, 4096, 65536, Long.MAX_VALUE)));
    }
    return new Words(all);
  }

  /** Also a timeval: never more than a tick of the case's timer. */
  private static Argument timespec(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> Argument.ZERO;
      case 1 -> struct(-1, 0);
      case 2 -> struct(0, 2_000_000_000);
      case 3 -> struct(Long.MAX_VALUE, 0);
      default -> struct(0, one(random, 0, 1, 1000, 100_000), 0, 0);
    };
  }

  private static Argument openHow(Random random) {
    long flags = one(random, 0, 2, 0x10000);
    return struct(flags, 0, random.nextInt(64));
  }

  private static Argument socketAddress(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> unix(Paths.any(random));
      case 1 -> unix("\0" + pick(random, "a", "b", "canary"));
      // 127.0.0.1, the gateway that many hosts have, and the cloud's metadata service.
      case 2 -> address(2, (int) one(random, 22, 80, 8080), 127, 0, 0, 1);
      case 3 -> address(2, 80, 169, 254, 169, 254);
      case 4 -> new Bytes(new byte[] {16, 0, 0, 0, 0, 0, 0, 0, (byte) random.nextInt(8), 0, 0, 0});
      default -> bytes(random);
    };
  }

  private static Argument unix(String name) {
    byte[] path = name.getBytes(StandardCharsets.ISO_8859_1);
    int length = Math.min(path.length, 107);
    return new Bytes(
        ByteBuffer.allocate(length + 3).put((byte) 1).put((byte) 0).put(path, 0, length).array());
  }

  private static Argument address(int family, int port, int... ip) {
    ByteBuffer out =
        ByteBuffer.allocate(16).put((byte) family).put((byte) 0).putShort((short) port);
    for (int part : ip) {
      out.put((byte) part);
    }
    return new Bytes(out.array());
  }

  /** {@code struct msghdr}, with a descriptor to be passed or without. */
  private static List<Argument> messageHeader(Random random) {
    boolean passes = random.nextInt(3) == 0;
    ByteBuffer control = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    control.putLong(20).putInt(1).putInt((int) one(random, 1, 2, 4)).putInt(random.nextInt(20));
    Argument name = random.nextInt(4) == 0 ? socketAddress(random) : Argument.ZERO;
    return List.of(
        name,
        new Constant(name == Argument.ZERO ? 0 : 16),
        iov(random),
        new Constant(random.nextInt(3)),
        passes ? new Bytes(control.array()) : Values.scratch(random),
        new Constant(passes ? 24 : random.nextInt(64)),
        Argument.ZERO);
  }

  private static Argument messages(Random random) {
    List<Argument> all = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      all.addAll(messageHeader(random));
      all.add(Argument.ZERO);
    }
    return new Words(all);
  }

  /** SIGALRM, which interrupts calls that wait, is in none of them. */
  private static Argument signalSet(Random random) {
    long alarm = 1L << 13;
    return random.nextInt(4) == 0
        ? Argument.ZERO
        : struct(one(random, 0, 1L << 9, -1, random.nextLong()) & ~alarm);
  }

  /** Ignored, or handled by the handler that every case has; the default might end the program. */
  private static Argument signalAction(Random random) {
    if (random.nextInt(3) == 0) {
      return Argument.ZERO;
    }
    long restorer = 0x0400_0000;
    long flags = restorer | one(random, 0, 1, 2, 4, 0x1000_0000, 0x4000_0000);
    Place handler = new Place(Region.HANDLER, 0);
    Argument action = random.nextBoolean() ? handler : new Constant(1);
    return new Words(List.of(action, new Constant(flags), handler, new Constant(0)));
  }

  /** {@code struct sigevent}: value, signal and kind of notice, 64 bytes. */
  private static Argument signalEvent(Random random) {
    if (random.nextInt(4) == 0) {
      return Argument.ZERO;
    }
    return struct(7, pair(Values.signal(random), one(random, 0, 1, 2, 4)), 0, 0, 0, 0, 0, 0);
  }

  /** {@code struct sched_attr}: size and policy, flags, nice and priority, three times. */
  private static Argument schedulerAttributes(Random random) {
    long size = one(random, 48, 48, 56, 0, 4096);
    return struct(
        pair(size, random.nextInt(8)), random.nextInt(8), pair(random.nextInt(20), 0), 0, 0, 0, 0);
  }
}
