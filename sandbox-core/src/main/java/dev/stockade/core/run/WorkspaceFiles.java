package dev.stockade.core.run;

import dev.stockade.core.compile.FilePlan;
import dev.stockade.core.fault.InvalidRequestException;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.linux.Fd;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.linux.SystemCallException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * Fills a job's workspace before its program exists, and reads it when every process of it is dead.
 */
final class WorkspaceFiles {
  private static final int S_IFMT = 0170000;
  private static final int S_IFREG = 0100000;
  private static final int CHUNK = 256 << 10;

  private WorkspaceFiles() {}

  static void write(PreparedInit init, List<JobOrder.InputFile> files) {
    if (files.isEmpty()) {
      return;
    }
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
    String field = "files." + file.name();
    if (opened.fd() == null) {
      throw new InvalidRequestException(
          field, "cannot be made in the workspace: " + Errno.nameOf(opened.errno()));
    }
    try {
      Sys.writeFully(opened.fd(), file.content());
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOSPC)) {
        throw new InvalidRequestException(field, "the workspace is too small for the files");
      }
      throw e;
    }
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
    List<Zygote.OpenedFile> opened = init.zygote().openFiles(init.workspace(), names);
    try {
      long room = limitBytes;
      for (int i = 0; i < names.size(); i++) {
        Zygote.OpenedFile file = opened.get(i);
        String name = names.get(i);
        if (file.fd() == null) {
          errors.put(name, reason(file.errno()));
        } else if ((file.mode() & S_IFMT) != S_IFREG) {
          errors.put(name, "is not a regular file");
        } else if (file.size() > room) {
          errors.put(
              name, "is " + file.size() + " bytes long; " + room + " are left for output files");
        } else {
          byte[] content = read(file.fd(), Math.toIntExact(file.size()));
          room -= content.length;
          contents.put(name, content);
        }
      }
      return contents;
    } finally {
      close(opened);
    }
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

  private static byte[] read(Fd fd, int size) {
    byte[] content = new byte[size];
    Pointer buffer = Memory.allocateDirect(jnr.ffi.Runtime.getSystemRuntime(), CHUNK);
    int done = 0;
    while (done < size) {
      long count = Sys.read(fd, buffer, Math.min(CHUNK, size - done));
      if (count <= 0) {
        break;
      }
      buffer.get(0, content, done, (int) count);
      done += (int) count;
    }
    return done == size ? content : java.util.Arrays.copyOf(content, done);
  }

  private static void close(List<Zygote.OpenedFile> files) {
    for (Zygote.OpenedFile file : files) {
      if (file.fd() != null) {
        file.fd().close();
      }
    }
  }
}
