package dev.stockade.core.linux;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jnr.ffi.Pointer;

/**
 * posix_spawn(3), with all that it reads in memory of ours, freed when it has returned.
 *
 * <p>That of jnr-posix leaves the texts of argv and envp to the garbage collector, which may free
 * them while the call is under way (jnr-ffi issue 358); then it fails with EFAULT, or the child
 * finds other words than it was given.
 */
final class PosixSpawn {
  private static final LibC C = LibC.INSTANCE;

  /** More than the {@code posix_spawn_file_actions_t} of glibc or musl, both 80 bytes. */
  private static final int FILE_ACTIONS = 128;

  private static final int WORD = 8;

  /** As the JVM itself turns texts into paths and arguments. */
  private static final Charset TEXT = Charset.defaultCharset();

  private final Pointer base;
  private int used = FILE_ACTIONS + WORD; // the actions and the pid

  private PosixSpawn(NativeBuffer memory) {
    this.base = memory.pointer();
  }

  /**
   * Spawns a program.
   *
   * @param path without a slash, such as {@code newuidmap}, it is looked up in our PATH
   * @param descriptors number in the child → descriptor here
   * @return its pid
   */
  static int spawn(
      String path, List<String> arguments, List<String> environment, Map<Integer, Fd> descriptors) {
    List<byte[]> argv = bytes(arguments);
    List<byte[]> envp = bytes(environment);
    byte[] file = bytes(List.of(path)).get(0);
    int length = FILE_ACTIONS + WORD + size(argv) + size(envp) + aligned(file.length);
    try (NativeBuffer memory = NativeBuffer.allocate(length)) {
      PosixSpawn spawn = new PosixSpawn(memory);
      Pointer actions = spawn.base.slice(0, FILE_ACTIONS);
      check(path, "file_actions_init", C.posix_spawn_file_actions_init(actions));
      try {
        descriptors.forEach(
            (number, fd) ->
                check(
                    path,
                    "file_actions_adddup2",
                    C.posix_spawn_file_actions_adddup2(actions, fd.number(), number)));
        Pointer pid = spawn.base.slice(FILE_ACTIONS, WORD);
        Pointer words = spawn.array(argv);
        Pointer variables = spawn.array(envp);
        check(path, "", C.posix_spawnp(pid, spawn.text(file), actions, null, words, variables));
        return pid.getInt(0);
      } finally {
        C.posix_spawn_file_actions_destroy(actions);
      }
    }
  }

  private static void check(String path, String part, int errno) {
    if (errno != 0) {
      String call = part.isEmpty() ? "posix_spawn" : "posix_spawn_" + part;
      throw new SystemCallException(call + "(\"" + path + "\")", errno);
    }
  }

  private static List<byte[]> bytes(List<String> texts) {
    List<byte[]> all = new ArrayList<>();
    for (String text : texts) {
      all.add((text + '\0').getBytes(TEXT));
    }
    return all;
  }

  /** Of an array of pointers, ended by a null pointer, and of what they point to. */
  private static int size(List<byte[]> texts) {
    return WORD * (texts.size() + 1) + texts.stream().mapToInt(text -> aligned(text.length)).sum();
  }

  private static int aligned(int length) {
    return (length + WORD - 1) / WORD * WORD;
  }

  private Pointer array(List<byte[]> texts) {
    Pointer array = take(WORD * (texts.size() + 1));
    for (int i = 0; i < texts.size(); i++) {
      array.putAddress((long) WORD * i, text(texts.get(i)).address());
    }
    return array;
  }

  private Pointer text(byte[] bytes) {
    Pointer text = take(bytes.length);
    text.put(0, bytes, 0, bytes.length);
    return text;
  }

  private Pointer take(int length) {
    Pointer part = base.slice(used, length);
    used += aligned(length);
    return part;
  }
}
