package dev.stockade.core.host;

import static dev.stockade.core.host.Finding.Area.KERNEL;

/** Whether the kernel has one type of file system, filesystems(5). */
final class FileSystemType implements Probe {
  private final String type;

  FileSystemType(String type) {
    this.type = type;
  }

  @Override
  public Finding look(Host host) {
    String text = host.files().read("/proc/filesystems");
    for (String line : text == null ? new String[0] : text.split("\n")) {
      if (line.equals("nodev\t" + type)) {
        return Finding.ok(KERNEL, type, true, "in /proc/filesystems");
      }
    }
    return Finding.missing(
        KERNEL,
        type,
        true,
        "not in /proc/filesystems",
        "boot a kernel with it (every current distribution's kernel has it)");
  }
}
