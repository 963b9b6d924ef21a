package dev.stockade.core.compile;

import static dev.stockade.core.linux.Constants.AT_FDCWD;
import static dev.stockade.core.linux.Constants.AT_RECURSIVE;
import static dev.stockade.core.linux.Constants.CLONE_FLAGS;
import static dev.stockade.core.linux.Constants.MOUNT_ATTRS;
import static dev.stockade.core.linux.Constants.MOUNT_FLAGS;
import static dev.stockade.core.linux.Constants.OPEN_FLAGS;
import static dev.stockade.core.linux.Constants.O_CREAT;
import static dev.stockade.core.linux.Constants.O_WRONLY;

import dev.stockade.core.linux.Constants;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Word;
import java.nio.charset.StandardCharsets;

/**
 * The arguments and structs of system calls as words and data; each method names its manual page.
 */
final class Kernel {
  static final Word NULL = Word.of(0, "NULL");
  static final Word AT_CWD = Word.of(AT_FDCWD, "AT_FDCWD");
  static final Word EVERY_FD_ABOVE = Word.of(0xffff_ffffL, "~0");

  private static final int CLONE_ARGS_WORDS = 11;
  private static final int MSGHDR_WORDS = 7;
  private static final int CMSG_HEADER = 16;

  private Kernel() {}

  static Word text(String text) {
    return Word.addressOf(Datum.string(text));
  }

  static Word bytes(byte[] text) {
    return Word.addressOf(Datum.string(text));
  }

  static Word octal(int mode) {
    return Word.of(mode, mode == 0 ? "0" : "0" + Integer.toOctalString(mode));
  }

  static Word mountFlags(long flags) {
    return Word.of(flags, MOUNT_FLAGS.render(flags));
  }

  static Word cloneFlags(long flags) {
    return Word.of(flags, CLONE_FLAGS.render(flags));
  }

  static Word openFlags(long flags) {
    return Word.of(flags, OPEN_FLAGS.render(flags));
  }

  /** Makes a file, writes it and closes it: openat(2), write(2), close(2). */
  static void writeNewFile(Plan.Builder plan, String path, int mode, String content) {
    writeFile(plan, path, openFlags(O_WRONLY | O_CREAT), mode, content);
  }

  /** Writes to a file that exists, such as one under /proc. */
  static void writeFile(Plan.Builder plan, String path, String content) {
    writeFile(plan, path, openFlags(O_WRONLY), 0, content);
  }

  private static void writeFile(
      Plan.Builder plan, String path, Word flags, int mode, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    Slot fd = Datum.space(8, "descriptor of " + path).slot(0);
    Word open = Word.load(fd, "fd of \"" + path + "\"");
    plan.call(fd, "openat", AT_CWD, text(path), flags, octal(mode));
    plan.callForAtLeast(
        bytes.length, "write", open, Word.addressOf(Datum.string(content)), Word.of(bytes.length));
    plan.call("close", open);
  }

  /** An empty file to bind another on: openat(2), close(2). */
  static void touch(Plan.Builder plan, String path) {
    Slot fd = Datum.space(8, "descriptor of " + path).slot(0);
    plan.call(fd, "openat", AT_CWD, text(path), openFlags(O_WRONLY | O_CREAT), octal(0444));
    plan.call("close", Word.load(fd, "fd of \"" + path + "\""));
  }

  static void mount(
      Plan.Builder plan, String source, String target, String type, long flags, String options) {
    plan.call(
        "mount",
        source.isEmpty() ? NULL : text(source),
        text(target),
        type.isEmpty() ? NULL : text(type),
        mountFlags(flags),
        options.isEmpty() ? NULL : text(options));
  }

  /**
   * mount_setattr(2), Linux 5.12: adds attributes to a mount.
   *
   * <p>{@code struct mount_attr { __u64 attr_set, attr_clr, propagation, userns_fd; }}
   */
  static void addMountAttributes(
      Plan.Builder plan, String target, long attributes, boolean recursive) {
    Datum mountAttr =
        Datum.words(
            "+" + MOUNT_ATTRS.render(attributes),
            Word.of(attributes),
            Word.of(0),
            Word.of(0),
            Word.of(0));
    plan.call(
        "mount_setattr",
        AT_CWD,
        text(target),
        recursive ? Word.of(AT_RECURSIVE, "AT_RECURSIVE") : Word.of(0),
        Word.addressOf(mountAttr),
        Word.of(mountAttr.length()));
  }

  /**
   * {@code struct clone_args}, see clone(2); Linux 5.3 (first eight words), 5.5 (set_tid), 5.7
   * (cgroup).
   *
   * @param parentTid where the kernel writes the child's pid before the child begins, with
   *     CLONE_PARENT_SETTID
   */
  static Datum cloneArgs(long flags, int exitSignal, Word parentTid) {
    Word[] words = new Word[CLONE_ARGS_WORDS];
    java.util.Arrays.fill(words, Word.of(0));
    words[0] = Word.of(flags);
    words[3] = parentTid;
    words[4] = Word.of(exitSignal);
    return Datum.words("{" + CLONE_FLAGS.render(flags) + "}", words);
  }

  /** prlimit(2): {@code struct rlimit64 { __u64 rlim_cur, rlim_max; }}, both the same. */
  static void limit(Plan.Builder plan, String name, long resource, long value) {
    plan.call(
        "prlimit64",
        Word.of(0),
        Word.of(resource, name),
        Word.addressOf(Datum.words("{" + value + "}", Word.of(value), Word.of(value))),
        NULL);
  }

  /** A message of one word and some descriptors, as sendmsg(2) and recvmsg(2) take it. */
  record Message(Datum header, Datum word, Datum control) {
    /** Where the descriptor of the given index stands: a 32-bit number in an SCM_RIGHTS message. */
    Slot descriptor(int index) {
      return control.slot(CMSG_HEADER + 4 * index);
    }

    Slot wordSlot() {
      return word.slot(0);
    }
  }

  /** A buffer for a message with at most {@code descriptors} descriptors. */
  static Message receiveBuffer(int descriptors) {
    Datum word = Datum.space(8, "message");
    int length = (CMSG_HEADER + descriptors * 4 + 7) & ~7;
    // Eight bytes are loaded where the last descriptor of four stands.
    Datum control = Datum.space(length + 8, "control message");
    return new Message(header(word, control, length), word, control);
  }

  /**
   * A message of a word and one descriptor that a step will put at {@link Message#descriptor}.
   *
   * <p>{@code struct cmsghdr { size_t len; int level; int type; }}, see cmsg(3): one word, then
   * SOL_SOCKET and SCM_RIGHTS in one word.
   */
  static Message sendBuffer(long value) {
    Datum word = Datum.words("message " + value, Word.of(value));
    long length = CMSG_HEADER + 4;
    Datum control =
        Datum.words(
            "{SCM_RIGHTS}",
            Word.of(length),
            Word.of(Constants.SCM_RIGHTS << 32 | Constants.SOL_SOCKET),
            Word.of(0xffff_ffffL));
    return new Message(header(word, control, CMSG_HEADER + 8), word, control);
  }

  /** {@code struct msghdr}, with one {@code struct iovec} over the word. */
  private static Datum header(Datum word, Datum control, long controlLength) {
    Datum iovec = Datum.words("iovec", Word.addressOf(word), Word.of(8));
    Word[] words = new Word[MSGHDR_WORDS];
    java.util.Arrays.fill(words, Word.of(0));
    words[2] = Word.addressOf(iovec);
    words[3] = Word.of(1);
    words[4] = Word.addressOf(control);
    words[5] = Word.of(controlLength);
    return Datum.words("msghdr", words);
  }

  /** recvmsg(2) of a whole message; the end of the file fails, with errno 0. */
  static void receive(Plan.Builder plan, int fd, String name, Message message) {
    plan.callForAtLeast(
        8, "recvmsg", Word.of(fd, name), Word.addressOf(message.header()), Word.of(0));
  }

  static void send(Plan.Builder plan, int fd, String name, Message message) {
    plan.callForAtLeast(
        8,
        "sendmsg",
        Word.of(fd, name),
        Word.addressOf(message.header()),
        Word.of(Constants.MSG_NOSIGNAL, "MSG_NOSIGNAL"));
  }

  /** write(2) of a message without descriptors. */
  static void send(Plan.Builder plan, int fd, String name, long value) {
    plan.callForAtLeast(
        8,
        "write",
        Word.of(fd, name),
        Word.addressOf(Datum.words("message " + value, Word.of(value))),
        Word.of(8));
  }

  /** Writes "deny" to setgroups, then a one-line uid_map and gid_map; see user_namespaces(7). */
  static void mapOneId(
      Plan.Builder plan, int insideUid, int outsideUid, int insideGid, int outsideGid) {
    writeFile(plan, "/proc/self/setgroups", "deny");
    writeFile(plan, "/proc/self/uid_map", insideUid + " " + outsideUid + " 1\n");
    writeFile(plan, "/proc/self/gid_map", insideGid + " " + outsideGid + " 1\n");
  }

  /**
   * Brings {@code lo} up: {@code struct ifreq { char name[16]; short flags; … }}, netdevice(7).
   *
   * @return the socket that it was asked through, for whoever lives on to close
   */
  static Word loopbackUp(Plan.Builder plan) {
    byte[] request = new byte[40];
    request[0] = 'l';
    request[1] = 'o';
    request[16] = (byte) Constants.IFF_UP;
    Slot socket = Datum.space(8, "descriptor of a socket").slot(0);
    Word fd = Word.load(socket, "socket");
    plan.call(
        socket,
        "socket",
        Word.of(Constants.AF_INET, "AF_INET"),
        Word.of(Constants.SOCK_DGRAM, "SOCK_DGRAM"),
        Word.of(0));
    plan.call(
        "ioctl",
        fd,
        Word.of(Constants.SIOCSIFFLAGS, "SIOCSIFFLAGS"),
        Word.addressOf(Datum.bytes(request, "{lo, IFF_UP}")));
    return fd;
  }

  /**
   * Empties every capability set and locks it so, see capabilities(7): {@code capset} takes {@code
   * struct { __u32 version; int pid; }} and two {@code struct { __u32 effective, permitted,
   * inheritable; }}. The ambient set is empty in a new user namespace, and never has what is not
   * permitted.
   */
  static void dropAllCapabilities(Plan.Builder plan, int lastCapability) {
    for (int capability = 0; capability <= lastCapability; capability++) {
      plan.call(
          "prctl",
          Word.of(Constants.PR_CAPBSET_DROP, "PR_CAPBSET_DROP"),
          Word.of(capability, CapabilityNames.name(capability)));
    }
    plan.call(
        "prctl",
        Word.of(Constants.PR_SET_SECUREBITS, "PR_SET_SECUREBITS"),
        Word.of(
            Constants.SECUREBITS_LOCKED_DOWN,
            "NOROOT|NO_SETUID_FIXUP|NO_CAP_AMBIENT_RAISE, locked"));
    plan.call(
        "capset",
        Word.addressOf(
            Datum.words("{version 3, self}", Word.of(Constants.LINUX_CAPABILITY_VERSION_3))),
        Word.addressOf(Datum.words("{no capabilities}", Word.of(0), Word.of(0), Word.of(0))));
  }

  static void noNewPrivileges(Plan.Builder plan) {
    plan.call(
        "prctl",
        Word.of(Constants.PR_SET_NO_NEW_PRIVS, "PR_SET_NO_NEW_PRIVS"),
        Word.of(1),
        Word.of(0),
        Word.of(0),
        Word.of(0));
  }

  static void dumpable(Plan.Builder plan, boolean dumpable) {
    plan.call(
        "prctl", Word.of(Constants.PR_SET_DUMPABLE, "PR_SET_DUMPABLE"), Word.of(dumpable ? 1 : 0));
  }

  /** The name that ps(1) and top(1) show, at most 15 bytes; else it is that of a descriptor. */
  static void name(Plan.Builder plan, String name) {
    plan.call("prctl", Word.of(Constants.PR_SET_NAME, "PR_SET_NAME"), text(name));
  }

  static void dieWithServer(Plan.Builder plan) {
    plan.call(
        "prctl",
        Word.of(Constants.PR_SET_PDEATHSIG, "PR_SET_PDEATHSIG"),
        Word.of(Constants.SIGKILL, "SIGKILL"));
  }
}
