package dev.stockade.fuzz.calls;

import dev.stockade.fuzz.calls.Argument.Constant;
import dev.stockade.fuzz.calls.Argument.Memory;
import dev.stockade.fuzz.calls.Argument.Place;
import dev.stockade.fuzz.calls.Argument.Result;
import dev.stockade.fuzz.calls.Argument.Text;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * Random arguments by the names that {@link Signatures} uses. Most are what such an argument should
 * be; one in sixteen, of every name, is something nasty instead.
 */
final class Values {
  /** Words that kernels have stumbled over, as sizes, offsets, flags, descriptors or pointers. */
  private static final long[] NASTY = {
    0,
    -1,
    1,
    2,
    4095,
    4096,
    4097,
    65535,
    65536,
    Integer.MAX_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x7fff_ffff_f000L, // the end of user space
    0x8000_0000_0000L, // not canonical
    0xffff_8880_0000_0000L, // the kernel's map of all memory
    0xffff_ffff_8100_0000L, // its code
    0xffff_ffff_ff60_0000L // vsyscall
  };

  private static final int[] HARMLESS_SIGNALS = harmlessSignals();

  private static final Map<String, Function<Random, Argument>> BY_NAME = new HashMap<>();

  static {
    simple();
    files();
    memory();
    processes();
    sockets();
    Structures.register(BY_NAME);
  }

  private Values() {}

  /** A value of that name, once in a while a nasty one. */
  static Argument of(String name, Random random) {
    Function<Random, Argument> values = BY_NAME.get(name);
    if (values == null) {
      throw new IllegalArgumentException("there are no values named " + name);
    }
    // Where a wrong address would end the program, "addr" and "len" are nasty by themselves.
    boolean spared = name.equals("addr") || name.equals("len") || name.equals("zero");
    return !spared && random.nextInt(16) == 0 ? nasty(random) : values.apply(random);
  }

  /** Anything but what is wanted; addresses are never those of what the program needs to go on. */
  static Argument nasty(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> new Place(Region.PLAN, random.nextInt(64) * 8L); // read-only
      case 1 -> new Place(Region.SCRATCH, Region.SCRATCH.length() - random.nextInt(16)); // crosses
      case 2 -> new Place(Region.NOWHERE, 0);
      case 3 -> new Place(Region.SCRATCH, 1 + random.nextInt(64)); // not aligned
      case 4 ->
          new Result(pick(random, Kind.FD, Kind.PID, Kind.MAP, Kind.ID), 1 + random.nextInt(3));
      default -> new Constant(NASTY[random.nextInt(NASTY.length)]);
    };
  }

  private static void simple() {
    BY_NAME.put("any", Values::nasty);
    BY_NAME.put("zero", random -> Argument.ZERO);
    number("eight", 8);
    number("size24", 24);
    number("howsize", 24, 24, 24, 16, 32, 64);
    BY_NAME.put("small", random -> new Constant(random.nextInt(8)));
    number("count", 0, 1, 1, 2, 3, 8, 64, 1024);
    number("size", 0, 1, 7, 64, 64, 512, 4096, 4096, 16384, 32768, 65536, 1L << 31, -1);
    number("off", 0, 0, 1, 511, 4096, 65536, 1 << 20, 1L << 31, 1L << 40, Long.MAX_VALUE, -1);
    number("millis", 0, 0, 0, 1, 1);
    BY_NAME.put("word", Values::word);
    BY_NAME.put("out", Values::scratch);
    BY_NAME.put(
        "in", random -> random.nextInt(4) == 0 ? Structures.bytes(random) : scratch(random));
    BY_NAME.put("offp", random -> random.nextInt(2) == 0 ? Argument.ZERO : scratch(random));
    BY_NAME.put("lenp", Values::scratch);
    BY_NAME.put("fds", random -> new Place(Region.SCRATCH, 0x800));
    BY_NAME.put("futexp", random -> new Place(Region.SCRATCH, random.nextInt(8) * 8L));
    number("clock", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, -2, -6, 16);
    number("vtimer", 1, 2, 3);
  }

  private static void files() {
    BY_NAME.put("fd", Values::descriptor);
    given("epoll", Given.EPOLL);
    given(
        "socket",
        Given.STREAM,
        Given.STREAM + 1,
        Given.DATAGRAM,
        Given.DATAGRAM + 1,
        Given.LISTENING);
    given("pipe", Given.PIPE, Given.PIPE + 1);
    given("timer", Given.TIMER);
    given("folder", Given.FOLDER, Given.PROC);
    given("file", Given.FILE, Given.FILE, Given.MEMORY);
    given("process", Given.PROCESS);
    given("signalfd", -1, -1, Given.SIGNAL);
    BY_NAME.put(
        "dirfd", random -> random.nextInt(3) == 0 ? descriptor(random) : new Constant(-100));
    BY_NAME.put("path", random -> new Text(Paths.any(random)));
    flags(
        "oflags", 0, 02, 0102, 0102, 0101, 04002, 0, 1, 2, 2, 0100, 0200, 01000, 02000, 04000,
        010000, 020000, 040000, 0100000, 0200000, 0400000, 02000000, 010000000, 020200000);
    number("newf", 0, 04000, 04000, 02000000, 02004000);
    number("mode", 0, 0, 0644, 0755, 0777, 0600, 04755, 02777, 01777, 07777, -1);
    number("nodemode", 0100644, 0010644, 0140644, 0020666, 0060666, 0040755, 0, 0120777);
    number("dev", 0, 0x103, 0x105, 0x501, 0x502, 0x801, 0xa_e5);
    number("closef", 0, 2, 4, 6);
    number(
        "fcntl", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 16, 36, 37, 38, 1024, 1025, 1026, 1027,
        1030, 1031, 1032, 1033, 1034, 1035, 1036, 1037, 1038, 1039, 1040);
    BY_NAME.put(
        "fcntlarg", random -> random.nextInt(3) == 0 ? Structures.flock(random) : word(random));
    flags("atf", 0, 0x100, 0x200, 0x400, 0x800, 0x1000, 0x2000, 0x4000, 0x8000);
    flags("statxmask", 0x7ff, 0xfff, 0x1000, 0x2000, 0x8000);
    flags("amode", 0, 1, 2, 4);
    number("whence", 0, 1, 2, 3, 4, 5);
    flags("fallocf", 0, 1, 2, 8, 16, 32, 64);
    flags("renamef", 0, 0, 1, 2, 4);
    flags("splicef", 0, 1, 2, 4, 8);
    flags("rwf", 0, 1, 2, 4, 8, 16, 32, 64, 128);
    number("flockop", 1, 5, 2, 6, 8, 12, 32, 160);
    BY_NAME.put("xname", random -> new Text(Paths.attribute(random)));
    BY_NAME.put("ioctl", Values::ioctl);
    flags("memfdf", 0, 1, 2, 4, 8, 16);
  }

  private static void memory() {
    BY_NAME.put("addr", Values::address);
    number("len", 0, 1, 4096, 4096, 8192, 65536, 1 << 18, 1 << 20, 1L << 47, 1L << 63, -1);
    flags("prot", 0, 1, 2, 3, 3, 4, 5, 7, 8, 0x1000000, 0x2000000);
    flags(
        "mapf", 0x22, 0x22, 0x21, 0x22, 0x22, 0x21, 2, 1, 0x32, 0x31, 3, 0x100, 0x800, 0x2000,
        0x4000, 0x8000, 0x10000, 0x20000, 0x40000, 0x100000);
    BY_NAME.put("mapfd", random -> random.nextBoolean() ? new Constant(-1) : descriptor(random));
    number("pgoff", 0, 0, 4096, 65536, 1, 1L << 40, Long.MIN_VALUE);
    flags("remapf", 0, 1, 1, 3, 5);
    number(
        "advice", 0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
        25, 26, 100, 101, 102, 103);
    number("membar", 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512);
    number("ipckey", 0, 1, 2, 0x5ca1, -1);
    flags("ipcf", 0, 01000, 02000, 0600, 01600, 04000, 010000, 020000);
    flags("shmf", 0, 010000, 020000, 040000);
    number("ipccmd", 0, 1, 2, 3, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 256);
    BY_NAME.put(
        "id",
        random ->
            random.nextInt(4) == 0
                ? new Constant(random.nextInt(8))
                : new Result(Kind.ID, 1 + random.nextInt(4)));
  }

  private static void processes() {
    BY_NAME.put("pid", Values::process);
    BY_NAME.put(
        "sig", random -> new Constant(HARMLESS_SIGNALS[random.nextInt(HARMLESS_SIGNALS.length)]));
    number("uid", 0, 1000, 1000, -1, 65534, 1, 1001);
    // SIGCHLD; no namespaces (denied by errno) most of the time; never CLONE_VFORK, which waits.
    number(
        "clonef",
        17,
        17,
        17 | 0x400,
        17 | 0x200,
        17 | 0x8000,
        17 | 0x1000,
        17 | 0x100000,
        0x10f00,
        0x50f00,
        17 | 0x10000000,
        17 | 0x20000000,
        17 | 0x7e020000,
        17 | 0x80000000L,
        0,
        10);
    flags("waitf", 1, 1, 2, 4, 8, 0x01000000, 0x20000000, 0x40000000);
    number("idtype", 0, 1, 2, 3);
    flags("pidfdf", 0, 0, 04000, 0200);
    number(
        "archop", 0x1001, 0x1002, 0x1003, 0x1004, 0x1011, 0x1012, 0x1021, 0x1022, 0x1023, 0x1025);
    BY_NAME.put("prctl", Values::prctl);
    number("persona", 0, 0xffff_ffffL, 0x40000, 0x8, 0x20000, 0x400000);
    number("ioprio", 0, 0x2000, 0x4004, 0x6000, 0x4007);
    number("policy", 0, 1, 2, 3, 5, 6, 7, 0x40000000);
    number("resource", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    number("who", 0, -1, 1, -2);
    flags("futexop", 0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 128, 256);
    flags("futexf", 0, 1, 2, 3, 4, 128);
  }

  private static void sockets() {
    number("family", 1, 1, 1, 1, 16, 2, 10, 17, 38, 40, 0, 44, 31);
    flags("socktype", 1, 2, 3, 5, 04000, 02000000);
    number("protocol", 0, 0, 0, 6, 17, 1, 132, 262, 9, 16);
    number("socklen", 0, 2, 3, 16, 16, 28, 110, 128);
    number("level", 1, 1, 0, 6, 17, 41, 270, 263);
    BY_NAME.put("optname", random -> new Constant(random.nextInt(80)));
    flags("msgf", 0, 1, 2, 4, 0x40, 0x40, 0x80, 0x100, 0x4000, 0x10000, 0x4000000, 0x40000000);
    number("epop", 1, 2, 3);
  }

  /** One of the given descriptors, or any. */
  private static void given(String name, int... numbers) {
    BY_NAME.put(
        name,
        random ->
            random.nextInt(3) == 0
                ? descriptor(random)
                : new Constant(numbers[random.nextInt(numbers.length)]));
  }

  private static void number(String name, long... values) {
    BY_NAME.put(name, random -> new Constant(values[random.nextInt(values.length)]));
  }

  /** One of them, or two or three of them together. */
  private static void flags(String name, long... bits) {
    BY_NAME.put(
        name,
        random -> {
          long value = bits[random.nextInt(bits.length)];
          for (int more = random.nextInt(6); more > 3; more--) {
            value |= bits[random.nextInt(bits.length)];
          }
          return new Constant(value);
        });
  }

  @SafeVarargs
  static <T> T pick(Random random, T... values) {
    return values[random.nextInt(values.length)];
  }

  static long one(Random random, long... values) {
    return values[random.nextInt(values.length)];
  }

  static Argument scratch(Random random) {
    return new Place(Region.SCRATCH, random.nextInt(Region.SCRATCH.length() / 2 / 8) * 8L);
  }

  static int signal(Random random) {
    return HARMLESS_SIGNALS[random.nextInt(HARMLESS_SIGNALS.length)];
  }

  /** Low numbers are dense: the kernel always gives the lowest that is free. */
  private static Argument descriptor(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> new Constant(random.nextInt(48));
      case 1, 2 -> new Constant(Given.FIRST + random.nextInt(Given.END - Given.FIRST));
      case 3 -> new Memory(new Place(Region.SCRATCH, 0x800 + 4 * random.nextInt(2)));
      default -> new Result(Kind.FD, 1 + random.nextInt(4));
    };
  }

  private static Argument process(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new Constant(random.nextInt(6));
      case 1 -> new Result(Kind.PID, 1 + random.nextInt(3));
      default -> Argument.ZERO;
    };
  }

  private static Argument address(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> new Constant(NASTY[13 + random.nextInt(NASTY.length - 13)]);
      case 1 -> new Place(Region.PLAY, 1 + random.nextInt(4095));
      case 2, 3 -> new Result(Kind.MAP, 1 + random.nextInt(3));
      default -> new Place(Region.PLAY, random.nextInt(64) * 4096L);
    };
  }

  private static Argument word(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> scratch(random);
      case 1 -> nasty(random);
      case 2 -> new Constant(signal(random));
      default -> new Constant(random.nextInt(16));
    };
  }

  private static Argument ioctl(Random random) {
    long group =
        one(random, 0x54, 0x54, 0x89, 0x66, 0x94, 0xb7, 0x12, 0x52, 0x58, 0x21, 0xaa, 0x15);
    long size = one(random, 0, 0, 4, 8, 16, 40, 64) << 16 | (long) random.nextInt(4) << 30;
    return new Constant((random.nextInt(4) == 0 ? size : 0) | group << 8 | random.nextInt(128));
  }

  /** PR_SET_SYSCALL_USER_DISPATCH (59) is left to the tails: no call after it would be made. */
  private static Argument prctl(Random random) {
    int option = random.nextInt(80);
    return new Constant(option == 59 ? 0x53564d41 : option); // PR_SET_VMA
  }

  /** What cannot be sent, what is ignored from the beginning, what ends nobody. */
  private static int[] harmlessSignals() {
    int[] ends = {0, 17, 18, 23, 28, 65, 128, -1};
    int[] all = Arrays.copyOf(CasePlan.IGNORED, CasePlan.IGNORED.length + ends.length);
    System.arraycopy(ends, 0, all, CasePlan.IGNORED.length, ends.length);
    return all;
  }
}
