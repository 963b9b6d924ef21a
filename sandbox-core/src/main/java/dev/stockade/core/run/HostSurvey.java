package dev.stockade.core.run;

import dev.stockade.core.cgroup.Cgroups;
import dev.stockade.core.compile.HostFacts;
import dev.stockade.core.compile.Identity;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.ProcFile;
import dev.stockade.core.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Looks up what a policy's plans need to know of this host. */
public final class HostSurvey {
  private HostSurvey() {}

  public static HostFacts of(Policy policy) {
    Map<String, HostFacts.HostPath> paths = new HashMap<>();
    policy.binds().forEach(bind -> paths.put(bind.source(), look(Path.of(bind.source()))));
    try {
      String last = ProcFile.read(Path.of("/proc/sys/kernel/cap_last_cap")).strip();
      return new HostFacts(paths, Integer.parseInt(last), Cgroups.legacyHierarchies());
    } catch (IOException e) {
      throw new SandboxException("/proc/sys/kernel/cap_last_cap cannot be read", e);
    }
  }

  /** The host ids that the first slot of a server on this host has. */
  public static Identity identity() {
    return new Identities().lease().identity();
  }

  private static HostFacts.HostPath look(Path path) {
    try {
      if (Files.isSymbolicLink(path)) {
        return new HostFacts.HostPath.Symlink(Files.readSymbolicLink(path).toString());
      }
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        return new HostFacts.HostPath.Folder();
      }
      return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
          ? new HostFacts.HostPath.File()
          : new HostFacts.HostPath.Missing();
    } catch (IOException e) {
      throw new SandboxException(path + " cannot be read", e);
    }
  }
}
