package dev.stockade.core.run;

import dev.stockade.core.compile.FilePlan;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.NativeBuffer;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.linux.SystemCallException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fills a job's workspace before its program exists, and reads it when every process of it is dead.
 */
final class WorkspaceFiles {
  private static final int S_IFMT = 0170000;
  private static final int S_IFREG = 0100000;
  private static final int CHUNK = 256 << 10;

  /** What every Java VM can give an array. */
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private WorkspaceFiles() {}

  static void write(PreparedInit init, List<JobOrder.InputFile> files) {
    if (!files.isEmpty()) {
      makeFolders(init, files);
      // So that none of them can be open for writing anywhere when the program executes it.
      Sys.whileNothingIsSpawned(() -> Zygote.batches(files).forEach(some -> writeSome(init, some)));
    }
  }

  private static void makeFolders(PreparedInit init, List<JobOrder.InputFile> files) {
    Map<String, String> firstUser = new LinkedHashMap<>();
    for (JobOrder.InputFile file : files) {
      String name = file.name();
      for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
        firstUser.putIfAbsent(name.substring(0, slash), name);
      }
    }
    List<String> folders = new ArrayList<>(firstUser.keySet());
    List<Integer> errnos = init.zygote().makeFolders(init.workspace(), folders);
    for (int i = 0; i < folders.size(); i++) {
      if (errnos.get(i) != 0) {
        throw cannotBeMade(firstUser.get(folders.get(i)), errnos.get(i));
      }
    }
  }

  private static void writeSome(PreparedInit init, List<JobOrder.InputFile> files) {
    List<FilePlan.NewFile> wanted =
        files.stream().map(file -> new FilePlan.NewFile(file.name(), file.mode())).toList();
    List<Zygote.OpenedFile> opened = init.zygote().createFiles(init.workspace(), wanted);
    try {
      for (int i = 0; i < files.size(); i++) {
        write(files.get(i), opened.get(i));
      }
    } finally {
      close(opened);
    }
  }

  private static void write(JobOrder.InputFile file, Zygote.OpenedFile opened) {
    if (opened.fd() == null) {
      throw cannotBeMade(file.name(), opened.errno());
    }
    try {
      Sys.writeFully(opened.fd(), file.content());
    } catch (SystemCallException e) {
      throw e.is(Errno.ENOSPC) ? cannotBeMade(file.name(), Errno.ENOSPC.number()) : e;
    }
  }

  private static InvalidRequestException cannotBeMade(String name, int errno) {
    return new InvalidRequestException(
        "files." + name,
        errno == Errno.ENOSPC.number()
            ? "the workspace is too small for the files"
            : "cannot be made in the workspace: " + Errno.nameOf(errno));
  }

  /**
   * Reads regular files.
   *
   * @param limitBytes the most that all of them may hold together
   * @param errors where to say why a file is not in the result
   */
  static Map<String, byte[]> read(
      PreparedInit init, List<String> names, long limitBytes, Map<String, String> errors) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    if (names.isEmpty()) {
      return contents;
    }
    long room = Math.min(limitBytes, LONGEST_ARRAY);
    try (NativeBuffer buffer = NativeBuffer.allocate(CHUNK)) {
      for (List<String> some : Zygote.batches(names)) {
        List<Zygote.OpenedFile> opened = init.zygote().openFiles(init.workspace(), some);
        try {
          for (int i = 0; i < some.size(); i++) {
            String name = some.get(i);
            Zygote.OpenedFile file = opened.get(i);
            String whyNot = whyNot(file, room);
            if (whyNot != null) {
              errors.put(name, whyNot);
            } else {
              byte[] content = read(file.fd(), (int) file.size(), buffer);
              room -= content.length;
              contents.put(name, content);
            }
          }
        } finally {
          close(opened);
        }
      }
    }
    return contents;
  }

  /** Why a file is not in the result; {@code null} when it is. */
  private static @Nullable String whyNot(Zygote.OpenedFile file, long room) {
    if (file.fd() == null) {
      return reason(file.errno());
    }
    if ((file.mode() & S_IFMT) != S_IFREG) {
      return "is not a regular file";
    }
    return file.size() > room
        ? "is " + file.size() + " bytes long; " + room + " are left for output files"
        : null;
  }

  private static String reason(int errno) {
    if (errno == Errno.ENOENT.number()) {
      return "does not exist";
    }
    if (errno == Errno.ELOOP.number()) {
      return "has a symbolic link in its path (ELOOP)";
    }
    return "cannot be opened: " + Errno.nameOf(errno);
  }

  private static byte[] read(Fd fd, int size, NativeBuffer buffer) {
    byte[] content = new byte[size];
    int done = 0;
    while (done < size) {
      int count = Sys.read(fd, buffer, Math.min(CHUNK, size - done));
      if (count <= 0) {
        return Arrays.copyOf(content, done);
      }
      buffer.get(content, done, count);
      done += count;
    }
    return content;
  }

  private static void close(List<Zygote.OpenedFile> files) {
    for (Zygote.OpenedFile file : files) {
      if (file.fd() != null) {
        file.fd().close();
      }
    }
  }
}
