package dev.stockade.server.api;

import dev.stockade.server.job.Utf8;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names that files of a workspace may have. */
final class FileNames {
  /** NAME_MAX. */
  private static final int MAX_PART_BYTES = 255;

  /** PATH_MAX, which counts the NUL at the end. */
  private static final int MAX_BYTES = 4095;

  private FileNames() {}

  /** What is wrong with a name, as a sentence without it; {@code null} when it is fine. */
  static @Nullable String faultOf(String name) {
    if (name.isEmpty()) {
      return "is empty";
    }
    byte[] bytes = Utf8.encode(name);
    if (bytes == null) {
      return "has half a surrogate pair, which no UTF-8 name can have";
    }
    if (bytes.length > MAX_BYTES) {
      return "has " + bytes.length + " bytes; a name has at most " + MAX_BYTES;
    }
    if (name.indexOf('\0') >= 0) {
      return "has a NUL in it";
    }
    if (name.startsWith("/")) {
      return "is absolute; names are relative to the workspace";
    }
    return faultOfParts(name);
  }

  private static @Nullable String faultOfParts(String name) {
    for (String part : name.split("/", -1)) {
      if (part.isEmpty()) {
        return "has an empty part";
      }
      if (part.equals(".") || part.equals("..")) {
        return "has the part \"" + part + "\"; names stay inside the workspace";
      }
      byte[] bytes = Utf8.encode(part);
      if (bytes == null || bytes.length > MAX_PART_BYTES) {
        return "has a part of more than " + MAX_PART_BYTES + " bytes";
      }
    }
    return null;
  }

  /** The one of the names that is a folder of this name; {@code null} when there is none. */
  static @Nullable String fileUsedAsFolder(String name, Set<String> names) {
    for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
      String folder = name.substring(0, slash);
      if (names.contains(folder)) {
        return folder;
      }
    }
    return null;
  }

  /** A field's path with the name as its key. */
  static String field(String parent, String name) {
    return parent + "[" + Shown.of(name) + "]";
  }

  static String list(Collection<String> names) {
    return String.join(", ", names);
  }
}
