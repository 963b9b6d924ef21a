package dev.stockade.fuzz.mutation;

import dev.stockade.core.linux.Constants;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Word;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The flags in a step's arguments, and the same arguments without one of them. */
final class Flags {
  private static final Pattern FLAG =
      Pattern.compile(
          "(?:CLONE|MS|MOUNT_ATTR|O|RESOLVE|MNT|CLOSE_RANGE|MSG|FSOPEN|FSMOUNT|SECCOMP_FILTER_FLAG)"
              + "_[A-Z_]+|AT_RECURSIVE|SOCK_CLOEXEC");

  /** Flags that say what is to be done, not how far: without them it is another step. */
  private static final Set<String> WORK =
      Set.of(
          "CLONE_PARENT",
          "CLONE_VFORK",
          "CLONE_FILES",
          "MS_BIND",
          "O_WRONLY",
          "O_RDWR",
          "O_CREAT",
          "MSG_NOSIGNAL");

  private Flags() {}

  /** The protective flags of a text such as {@code MS_NOSUID|MS_NODEV}, with their bits. */
  static Map<String, Long> in(String text) {
    Map<String, Long> flags = new LinkedHashMap<>();
    for (String name : text.split("[|, {}+]+", -1)) {
      if (FLAG.matcher(name).matches() && !WORK.contains(name)) {
        flags.put(name, bit(name));
      }
    }
    if (text.contains("MS_BIND")) {
      flags.remove("MS_REC"); // shows less, not more
    }
    return flags;
  }

  private static long bit(String name) {
    try {
      return Constants.class.getField(name).getLong(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no constant " + name, e);
    }
  }

  /** An argument without a bit: the number itself, or the first word of a struct that has it. */
  static Word without(Word word, long bit) {
    if (word instanceof Word.Constant number) {
      return Word.of(number.value() & ~bit);
    }
    if (word instanceof Word.Address address
        && address.slot().datum() instanceof Datum.Words struct) {
      return Word.addressOf(without(struct, bit));
    }
    throw new IllegalArgumentException("no flags in " + word);
  }

  static Datum without(Datum.Words struct, long bit) {
    List<Word> words = new ArrayList<>();
    boolean done = false;
    for (Word word : struct.words()) {
      boolean has = !done && word instanceof Word.Constant number && (number.value() & bit) == bit;
      words.add(has ? without(word, bit) : word);
      done |= has;
    }
    return Datum.words(struct + " but one", words);
  }
}
