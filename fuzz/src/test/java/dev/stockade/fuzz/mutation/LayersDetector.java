package dev.stockade.fuzz.mutation;

import dev.stockade.core.run.Alteration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Attacks on the layers below the filter, which is taken away: each must hold by itself. */
final class LayersDetector implements Detector.OnBench {
  private static final ServerSocket HOST_PORT = listen();

  /** What each attempt of {@code probe layers} must come to. */
  private static final Map<String, String> WANTED = new LinkedHashMap<>();

  static {
    for (String line :
        """
        unshare-user ENOSPC
        unshare-mount EPERM
        unshare-pid EPERM
        unshare-net EPERM
        mount EPERM
        umount-proc EPERM
        umount-tmp EPERM
        remount-root EPERM
        remount-usr EPERM
        chroot EPERM
        pivot_root EPERM
        sethostname EPERM
        mknod EPERM
        write-root EROFS
        write-usr EROFS
        write-etc EROFS
        write-passwd EACCES
        write-dev EROFS
        host-root ENOENT
        init-status ENOENT
        init-memory ENOENT
        init-descriptors ENOENT
        init-trace EPERM
        init-peek EPERM
        setuid EINVAL
        setgid EINVAL
        setgroups EPERM
        capset EPERM
        limit-files EPERM
        limit-core EPERM
        nice EACCES
        fifo EPERM
        securebits EPERM
        ambient EPERM
        host-port ENETUNREACH
        outside ENETUNREACH
        sysctl ENOENT
        sys ENOENT
        """
            .strip()
            .split("\n", -1)) {
      String[] words = line.split(" ");
      WANTED.put(words[0], words[1]);
    }
  }

  private static ServerSocket listen() {
    try {
      return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "layers";
  }

  @Override
  public boolean suits(Mutant mutant) {
    return mutant.part() != Mutant.Part.FILTER && !mutant.policy().equals(Samples.STRICT);
  }

  @Override
  public Alteration surrounding(Mutant mutant) {
    return Surroundings.withoutFilter();
  }

  @Override
  public List<String> look(Bench bench, Mutant mutant) {
    String said = bench.probe("layers", Integer.toString(HOST_PORT.getLocalPort()));
    Map<String, String> seen = Seen.keys(said);
    Broken broken = new Broken();
    Map<String, String> wanted = new LinkedHashMap<>(WANTED);
    if (mutant.policy().equals(Samples.LOOPBACK)) {
      wanted.put("host-port", "ECONNREFUSED"); // nobody listens on the program's own loopback
    }
    wanted.forEach((attempt, outcome) -> broken.check(attempt, outcome, seen.get(attempt)));
    return broken.all();
  }
}
