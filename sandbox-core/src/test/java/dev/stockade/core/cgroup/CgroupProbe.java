package dev.stockade.core.cgroup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that finds and uses cgroups, for tests that need a process or a user of its own. */
final class CgroupProbe {
  private CgroupProbe() {}

  /** Prints a line per observation. */
  public static void main(String[] args) throws Exception {
    say("before " + own());
    CgroupController first = found(Cgroups.find());
    CgroupController second = found(Cgroups.find());
    say("inside " + own());
    try (CgroupLease lease = second.lease()) {
      lease.apply(new CgroupSettings(32L << 20, 8, 1.0));
      try (Child hog = Child.in(lease, "exec tail /dev/zero").go()) {
        say("hog " + hog.await());
      }
      say("killed " + (lease.usage().oomKills() > 0));
    }
    first.close();
    say("between " + own());
    second.close();
    say("after " + own());
  }

  private static CgroupController found(CgroupSearch search) {
    if (search instanceof CgroupSearch.Found found) {
      return found.controller();
    }
    throw new AssertionError(search.toString());
  }

  private static String own() {
    return Kernfs.read(Path.of("/proc/self/cgroup")).strip().replace('\n', ' ');
  }

  private static void say(String line) {
    System.out.println(line);
  }

  /** Where a process is started in its life. */
  interface Place {
    void put(long pid) throws IOException;
  }

  /**
   * Runs the program in a JVM of its own and gives its lines.
   *
   * @param folder where it finds its classes: any user can read them there
   * @param asUser words before the command, such as those of setpriv(1)
   * @param place called with the process before the JVM starts
   */
  static List<String> run(Path folder, List<String> asUser, Place place) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(":")) {
      Path from = Path.of(entry);
      if (Files.exists(from)) {
        path.add(copy(from, folder.resolve(path.size() + "-" + from.getFileName())));
      }
    }
    List<String> command = new ArrayList<>(asUser);
    command.addAll(List.of("/bin/sh", "-c", "read go; exec \"$@\"", "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", String.join(":", path)));
    command.add(CgroupProbe.class.getName());
    Path out = folder.resolve("out");
    Path err = folder.resolve("err"); // newer Java VMs warn of native code
    Process process =
        new ProcessBuilder(command)
            .redirectError(err.toFile())
            .redirectOutput(out.toFile())
            .start();
    try {
      place.put(process.pid());
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write("go\n".getBytes(UTF_8));
      }
      if (!process.waitFor(240, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(
            "the probe failed: " + Files.readString(out) + Files.readString(err));
      }
      return Files.readAllLines(out);
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  /** Copies a folder or jar of classes, readable for everybody. */
  private static String copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(dir).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path copy = file.equals(from) ? to : to.resolve(from.relativize(file).toString());
            Files.copy(file, copy);
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
            return FileVisitResult.CONTINUE;
          }
        });
    return to.toString();
  }
}
