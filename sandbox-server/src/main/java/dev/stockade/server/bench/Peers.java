package dev.stockade.server.bench;

import dev.stockade.core.policy.Policy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Other sandboxes, as far as they are installed here. */
final class Peers {
  private static final List<String> FOLDERS =
      List.of("/usr/bin", "/usr/local/bin", "/usr/sbin", "/usr/local/sbin", "/bin", "/sbin");

  private Peers() {}

  /**
   * All peers, installed or not.
   *
   * @param policy that they are set up like, as far as they can be
   * @param goJudge where a go-judge answers; {@code null} when there is none
   */
  static List<Contestant> all(Policy policy, @Nullable URI goJudge) {
    List<Contestant> peers = new ArrayList<>();
    peers.add(new Bubblewrap(policy));
    peers.add(new Crun(policy));
    peers.add(new Nsjail(policy));
    peers.add(new Isolate(policy));
    peers.add(new GoJudge(policy, goJudge));
    return peers;
  }

  /**
   * The absolute path of a program.
   *
   * @throws CannotCompeteException when it is in no folder for programs
   */
  static String find(String program) throws CannotCompeteException {
    for (String folder : FOLDERS) {
      Path file = Path.of(folder, program);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    throw new CannotCompeteException("not installed");
  }

  /** What the policy shows that is there; the order is the policy's. */
  static List<Policy.Bind> shown(Policy policy) {
    return policy.binds().stream()
        .filter(bind -> !bind.optional() || Files.exists(Path.of(bind.source())))
        .toList();
  }
}
