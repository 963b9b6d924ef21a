package dev.stockade.core.run;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.stockade.core.cgroup.Cgroups;
import dev.stockade.core.compile.HostFacts;
import dev.stockade.core.compile.Identity;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.ProcFile;
import dev.stockade.core.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks up what a policy's plans need to know of this host. */
public final class HostSurvey {
  private static @Nullable Kernel kernel;

  private HostSurvey() {}

  /** What stays as it is for as long as this process lives. */
  private record Kernel(int lastCapability, int legacyCgroups) {}

  public static HostFacts of(Policy policy) {
    Map<String, HostFacts.HostPath> paths = new HashMap<>();
    policy.binds().forEach(bind -> paths.put(bind.source(), look(Path.of(bind.source()))));
    Kernel here = kernel();
    return new HostFacts(paths, here.lastCapability(), here.legacyCgroups());
  }

  private static synchronized Kernel kernel() {
    if (kernel == null) {
      try {
        String last = ProcFile.read(Path.of("/proc/sys/kernel/cap_last_cap")).strip();
        kernel = new Kernel(Integer.parseInt(last), Cgroups.legacyHierarchies());
      } catch (IOException e) {
        throw new SandboxException("/proc/sys/kernel/cap_last_cap cannot be read", e);
      }
    }
    return kernel;
  }

  /** The host ids that the first slot of a server on this host has. */
  public static Identity identity() {
    return new Identities().lease().identity();
  }

  private static HostFacts.HostPath look(Path path) {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
    } catch (IOException e) {
      return new HostFacts.HostPath.Missing(); // for us: nobody whom we run may look there either
    }
    if (attributes.isDirectory()) {
      return new HostFacts.HostPath.Folder();
    }
    if (!attributes.isSymbolicLink()) {
      return new HostFacts.HostPath.File();
    }
    try {
      return new HostFacts.HostPath.Symlink(Files.readSymbolicLink(path).toString());
    } catch (IOException e) {
      throw new SandboxException(path + " cannot be read", e);
    }
  }
}
