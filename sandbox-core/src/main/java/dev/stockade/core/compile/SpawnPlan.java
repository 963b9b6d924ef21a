package dev.stockade.core.compile;

import static dev.stockade.core.linux.Constants.CLONE_NEWIPC;
import static dev.stockade.core.linux.Constants.CLONE_NEWNET;
import static dev.stockade.core.linux.Constants.CLONE_NEWNS;
import static dev.stockade.core.linux.Constants.CLONE_NEWPID;
import static dev.stockade.core.linux.Constants.CLONE_NEWUSER;
import static dev.stockade.core.linux.Constants.CLONE_PARENT;
import static dev.stockade.core.linux.Constants.CLONE_PARENT_SETTID;

import dev.stockade.core.executor.Layout;
import dev.stockade.core.linux.Constants;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Word;
import dev.stockade.core.policy.Policy;

/**
 * The order to a zygote to make an init: in fresh namespaces, as a child of the server.
 *
 * @param pid where the zygote leaves the init's host pid
 */
public record SpawnPlan(Awaiting awaiting, Slot pid) {
  /** The word that says the init has been made. */
  public static final long MADE = 3;

  /**
   * @param order the zygote's last wait: its message brings the init's end of the job socket
   * @param initAddress the first step of the init's plan
   */
  public static SpawnPlan compile(Policy policy, Awaiting order, long initAddress) {
    long flags =
        CLONE_PARENT
            | CLONE_PARENT_SETTID
            | CLONE_NEWUSER
            | CLONE_NEWNS
            | CLONE_NEWPID
            | CLONE_NEWIPC;
    if (policy.network() == Policy.Network.LOOPBACK) {
      flags |= CLONE_NEWNET;
    }
    Slot socket = order.descriptors().get(0);
    Word jobSocket = Word.load(socket, "the job socket");
    Plan init =
        Plan.builder("newborn init")
            .phase(Phase.SESSION)
            .call("dup2", jobSocket, Word.of(InitPlan.JOB_FD, "job"))
            .end(Word.of(initAddress, "plan init"))
            .build();
    Slot pid = Datum.space(8, "pid of init").slot(0);
    Plan.Builder plan = Plan.builder("make an init").phase(Phase.SERVE);
    // CLONE_PARENT makes the init the server's child; it asks for exit_signal 0, see clone(2).
    // CLONE_PARENT_SETTID: the server knows its child even if the zygote is killed at this moment.
    Datum arguments = Kernel.cloneArgs(flags, 0, Word.addressOf(pid.datum()));
    plan.spawn(arguments, Constants.CLONE_FLAGS.render(flags), init, pid);
    plan.call("close", jobSocket);
    Kernel.send(plan, Layout.CONTROL_FD, "control", MADE);
    return new SpawnPlan(Awaiting.on(plan, Layout.CONTROL_FD, "control"), pid);
  }
}
