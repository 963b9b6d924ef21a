package dev.stockade.core;

import dev.stockade.core.fault.InvalidRequestException;
import java.nio.charset.StandardCharsets;

/** Checks names of workspace files: relative, plain, no longer than the kernel takes. */
final class WorkspaceNames {
  private static final int NAME_MAX = 255;
  private static final int PATH_MAX = 4095;

  private WorkspaceNames() {}

  static void check(String field, String name) {
    if (name.isEmpty()) {
      throw new InvalidRequestException(field, "is empty");
    }
    if (name.indexOf('\0') >= 0) {
      throw new InvalidRequestException(field, "has a NUL character");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw new InvalidRequestException(field, "cannot be written as UTF-8");
    }
    if (name.startsWith("/")) {
      throw new InvalidRequestException(field, "must be relative to the workspace");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > PATH_MAX) {
      throw new InvalidRequestException(field, "is longer than " + PATH_MAX + " bytes");
    }
    for (String part : name.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw new InvalidRequestException(field, "must have no empty, \".\" or \"..\" part");
      }
      if (part.getBytes(StandardCharsets.UTF_8).length > NAME_MAX) {
        throw new InvalidRequestException(field, "has a part longer than " + NAME_MAX + " bytes");
      }
    }
  }
}
