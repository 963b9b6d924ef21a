package dev.stockade.server.bench;

import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Sys;
import dev.stockade.core.policy.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** crun, the quickest OCI runtime: {@link CrunConfig} says how it is set up. */
final class Crun implements Contestant {
  private static final String ROOT = "rootfs";

  private final Policy policy;

  Crun(Policy policy) {
    this.policy = policy;
  }

  @Override
  public String name() {
    return "crun";
  }

  @Override
  public Lane enter(Workload workload) throws CannotCompeteException {
    String program = Peers.find("crun");
    Path bundle = makeBundle(workload);
    String id = String.valueOf(bundle.getFileName());
    List<String> command = List.of(program, "run", "--bundle", bundle.toString(), id);
    return CommandLane.open(
        List.of(command),
        "the filter is the policy's without what its format cannot say",
        Map.of(),
        true,
        () -> delete(bundle));
  }

  /** The folder that crun wants: its configuration, and a root with a place for each mount. */
  private Path makeBundle(Workload workload) {
    try {
      Path bundle = Files.createTempDirectory("stockade-bench-crun-");
      Path root = Files.createDirectory(bundle.resolve(ROOT));
      for (String target : targets()) {
        Path place = root.resolve(target.substring(1));
        Files.createDirectories(place.getParent() == null ? root : place.getParent());
        if (isFile(target)) {
          Files.createFile(place);
        } else {
          Files.createDirectories(place);
        }
      }
      String json = new CrunConfig(policy, Sys.euid() == 0).of(workload).encodePrettily();
      Files.write(bundle.resolve("config.json"), json.getBytes(StandardCharsets.UTF_8));
      for (Path folder : List.of(bundle, root)) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
      return bundle;
    } catch (IOException e) {
      throw new SandboxException("the bundle for crun cannot be made", e);
    }
  }

  private Set<String> targets() {
    Set<String> targets = new LinkedHashSet<>(List.of("/proc", "/dev"));
    Peers.shown(policy).forEach(bind -> targets.add(bind.target()));
    policy.tmpfs().stream()
        .map(Policy.Tmpfs::path)
        .filter(path -> !path.startsWith("/dev/"))
        .forEach(targets::add);
    targets.add(policy.workspace().path());
    return targets;
  }

  private boolean isFile(String target) {
    return Peers.shown(policy).stream()
        .anyMatch(
            bind -> bind.target().equals(target) && Files.isRegularFile(Path.of(bind.source())));
  }

  private static void delete(Path bundle) {
    try (Stream<Path> all = Files.walk(bundle)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new SandboxException(bundle + " cannot be removed", e);
    }
  }
}
