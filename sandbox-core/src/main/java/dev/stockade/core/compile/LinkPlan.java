package dev.stockade.core.compile;

import static dev.stockade.core.linux.Constants.CLONE_NEWNET;
import static dev.stockade.core.linux.Constants.CLONE_NEWUSER;

import dev.stockade.core.executor.Layout;
import dev.stockade.core.linux.Constants;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Word;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the namespaces of a linked job: a network namespace with {@code lo} up, and the user
 * namespace that owns it and is the parent of those of the job's zygotes. The process sends their
 * descriptors and ends: from then on only the server has power over them, and they are gone when it
 * and the job's processes are.
 */
public final class LinkPlan {
  /** The word that asks the server to write the id maps. */
  public static final long MAP_ME = 1;

  /** The word that brings one of {@link #files}. */
  public static final long FILE = 2;

  private LinkPlan() {}

  /**
   * What the server gets, in this order: the user namespace, the network namespace, and its tables
   * of TCP sockets, see proc(5).
   *
   * @param hasIpv6 whether the kernel has a table for IPv6
   */
  public static List<String> files(boolean hasIpv6) {
    List<String> files = new ArrayList<>(List.of("ns/user", "ns/net", "net/tcp"));
    if (hasIpv6) {
      files.add("net/tcp6");
    }
    return files;
  }

  /**
   * @param identities of the job's programs; each of their host ids is itself in there
   */
  public static Plan compile(List<Identity> identities, boolean hasIpv6) {
    Plan.Builder plan = Plan.builder("link").phase(Phase.NAMESPACES);
    plan.call("unshare", Kernel.cloneFlags(CLONE_NEWUSER | CLONE_NEWNET));
    if (identities.stream().allMatch(Identity.Own.class::isInstance)) {
      Identity.Own own = (Identity.Own) identities.get(0);
      Kernel.mapOneId(plan, own.uid(), own.uid(), own.gid(), own.gid());
    } else {
      Kernel.send(plan, Layout.CONTROL_FD, "control", MAP_ME);
      Kernel.receive(plan, Layout.CONTROL_FD, "control", Kernel.receiveBuffer(0));
    }
    plan.phase(Phase.NETWORK);
    Kernel.loopbackUp(plan);
    plan.phase(Phase.SERVE);
    for (String file : files(hasIpv6)) {
      Kernel.Message message = Kernel.sendBuffer(FILE);
      plan.call(
          message.descriptor(0),
          "openat",
          Kernel.AT_CWD,
          Kernel.text("/proc/self/" + file),
          Kernel.openFlags(Constants.O_RDONLY));
      Kernel.send(plan, Layout.CONTROL_FD, "control", message);
    }
    plan.call("exit_group", Word.of(0));
    return plan.build();
  }
}
