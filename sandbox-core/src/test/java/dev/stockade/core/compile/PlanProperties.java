package dev.stockade.core.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.compile.HostFacts.HostPath;
import dev.stockade.core.compile.PlanCases.Case;
import dev.stockade.core.executor.Layout;
import dev.stockade.core.fault.HostUnsupportedException;
import dev.stockade.core.linux.Constants;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for the plans of every policy on every host. */
final class PlanProperties {
  private static final int TRIES = 200;

  @Provide
  Arbitrary<Case> cases() {
    return PlanCases.cases();
  }

  private static List<Step.Call> calls(Plan plan) {
    return plan.steps().stream()
        .filter(Step.Call.class::isInstance)
        .map(Step.Call.class::cast)
        .toList();
  }

  private static List<Step.Call> calls(Plan plan, String name) {
    return calls(plan).stream().filter(call -> call.name().equals(name)).toList();
  }

  private static long number(Step.Call call, int argument) {
    return ((Word.Constant) call.arguments().get(argument)).value();
  }

  private static String text(Step.Call call, int argument) {
    return call.arguments().get(argument).toString();
  }

  /** The first word of the struct that an argument points to. */
  private static long firstWord(Step.Call call, int argument) {
    Word.Address address = (Word.Address) call.arguments().get(argument);
    return ((Word.Constant) ((Datum.Words) address.slot().datum()).words().get(0)).value();
  }

  private static int indexOfPrctl(Plan plan, long option) {
    for (int i = 0; i < plan.steps().size(); i++) {
      if (plan.steps().get(i) instanceof Step.Call call
          && call.name().equals("prctl")
          && number(call, 0) == option) {
        return i;
      }
    }
    throw new AssertionError("no prctl " + option + " in " + plan);
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void phasesNeverGoBackwards(@ForAll("cases") Case of) {
    for (Plan plan : of.plans()) {
      Phase last = plan.steps().get(0).phase();
      for (Step step : plan.steps()) {
        assertTrue(step.phase().compareTo(last) >= 0, () -> plan.name() + ": " + step);
        last = step.phase();
      }
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void everyPlanEndsInSomethingThatDoesNotReturn(@ForAll("cases") Case of) {
    for (Plan plan : of.plans()) {
      Step last = plan.steps().get(plan.steps().size() - 1);
      boolean ends =
          last instanceof Step.End
              || (last instanceof Step.Call call
                  && List.of("execve", "exit_group").contains(call.name()));
      assertTrue(ends, () -> plan.name() + " ends with " + last);
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void aRunIsPinnedByItsPayloadAloneAndOnlyWhenItIsToBe(@ForAll("cases") Case of) {
    for (Plan plan : of.plans()) {
      List<Step.Call> pins = calls(plan, "sched_setaffinity");
      boolean wanted = of.pinned() && plan.name().equals("payload");
      assertEquals(wanted ? 1 : 0, pins.size(), plan::name);
      for (Step.Call pin : pins) {
        assertEquals(Phase.LIMITS, pin.phase());
        assertEquals(0, number(pin, 0));
        assertEquals(128, number(pin, 1));
        assertEquals("the run's processor", text(pin, 2));
        assertEquals(Step.Tolerance.NONE, pin.tolerated());
      }
    }
  }

  /** The program gets one side; nobody but the server keeps the other, or can open another. */
  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void aTerminalIsOfAFileSystemThatIsInNoTree(@ForAll("cases") Case of) {
    Plan init = of.init();
    assertEquals(of.terminal() ? 2 : 1, calls(init, "fsmount").size());
    List<String> moved =
        calls(init, "move_mount").stream().map(call -> text(call, 0)).distinct().toList();
    assertEquals(List.of("the workspace"), moved);
    List<String> closed = calls(init, "close").stream().map(call -> text(call, 0)).toList();
    assertEquals(of.terminal(), closed.contains("devpts"));
    assertEquals(of.terminal(), closed.contains("the terminal"));
    List<Step.Call> taken =
        calls(of.payload(), "ioctl").stream()
            .filter(call -> number(call, 1) == Constants.TIOCSCTTY)
            .toList();
    assertEquals(of.terminal() ? 1 : 0, taken.size());
    for (Step.Call duplicate : calls(of.payload(), "dup2")) {
      assertEquals(of.terminal(), text(duplicate, 0).equals("the other side"), duplicate::toString);
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void everyToleratedErrnoHasAReason(@ForAll("cases") Case of) {
    for (Plan plan : of.plans()) {
      for (Step.Call call : calls(plan)) {
        boolean tolerant = call.tolerated().any() || !call.tolerated().errnos().isEmpty();
        assertEquals(tolerant, !call.tolerated().reason().isBlank(), call::toString);
      }
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void noProtectionMayFail(@ForAll("cases") Case of) {
    List<String> mayFail =
        List.of("mkdirat", "symlinkat", "openat2", "fstat", "sendmsg", "close", "execve", "kill");
    for (Plan plan : of.plans()) {
      for (Step.Call call : calls(plan)) {
        if (call.tolerated().any() || !call.tolerated().errnos().isEmpty()) {
          assertTrue(mayFail.contains(call.name()), () -> plan.name() + ": " + call);
        }
      }
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void nothingIsBeforeCloseRangeInAZygoteNorInAnInit(@ForAll("cases") Case of) {
    assertEquals("close_range(5, ~0, 0)", of.zygote().steps().get(0).toString());
    assertEquals("close_range(3, 4, 0)", of.init().steps().get(0).toString());
    assertEquals("close_range(6, ~0, 0)", of.init().steps().get(1).toString());
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void nothingButExecveIsAfterTheFilter(@ForAll("cases") Case of) {
    Plan payload = of.payload();
    List<String> names = calls(payload).stream().map(Step.Call::name).toList();
    assertTrue(names.size() > 1);
    assertEquals(names.size() - 1, names.indexOf("seccomp"));
    assertFalse(names.contains("execve"));
    assertEquals(names.size() + 1, payload.steps().size());
    assertTrue(payload.steps().get(names.size()) instanceof Step.End);
    Plan program = of.run("cat").plan();
    assertEquals(program.steps().size(), calls(program).size());
    for (Step.Call call : calls(program)) {
      assertEquals("execve", call.name());
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void everyBindIsReadOnlyWithoutSetuidAndWithoutDevices(@ForAll("cases") Case of) {
    List<Step> steps = of.zygote().steps();
    List<String> bound = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Step.Call call
          && call.name().equals("mount")
          && (number(call, 3) & Constants.MS_BIND) != 0) {
        String target = text(call, 1);
        bound.add(target);
        if (!target.equals("\"/proc\"")) { // covered by every init, see below
          Step.Call next = (Step.Call) steps.get(i + 1);
          assertEquals("mount_setattr", next.name());
          assertEquals(target, text(next, 1));
          boolean recursive = of.host().paths().get(source(call)) instanceof HostPath.Folder;
          assertEquals(recursive ? Constants.AT_RECURSIVE : 0, number(next, 2));
          boolean device = target.startsWith("\"/dev/");
          long last = device ? Constants.MOUNT_ATTR_NOEXEC : Constants.MOUNT_ATTR_NODEV;
          assertEquals(
              Constants.MOUNT_ATTR_RDONLY | Constants.MOUNT_ATTR_NOSUID | last,
              firstWord(next, 3),
              next::toString);
        }
      }
    }
    List<String> expected = new ArrayList<>();
    for (Policy.Bind bind : of.policy().binds()) {
      HostPath there = of.host().paths().get(bind.source());
      if (there instanceof HostPath.Folder || there instanceof HostPath.File) {
        expected.add("\"" + bind.target() + "\"");
      }
    }
    ZygotePlan.DEVICES.forEach(device -> expected.add("\"/dev/" + device + "\""));
    expected.add("\"/proc\"");
    assertEquals(new TreeSet<>(expected), new TreeSet<>(bound));
    assertEquals(expected.size(), bound.size());
  }

  /** What a bind shows, as the host names it. */
  private static String source(Step.Call bind) {
    String quoted = text(bind, 0);
    return quoted.substring("\"/.host".length(), quoted.length() - 1);
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void nothingOfTheHostIsLeftWhenTheRootIsMadeReadOnly(@ForAll("cases") Case of) {
    Plan zygote = of.zygote();
    List<String> names = calls(zygote).stream().map(Step.Call::name).toList();
    Step.Call unmount = calls(zygote, "umount2").get(0);
    assertEquals("\"/.host\"", text(unmount, 0));
    assertEquals(Constants.MNT_DETACH, number(unmount, 1));
    assertTrue(names.indexOf("pivot_root") < names.indexOf("umount2"));
    assertEquals(-1, names.subList(names.indexOf("umount2"), names.size()).indexOf("mount"));
    Step.Call last = calls(zygote, "mount_setattr").get(calls(zygote, "mount_setattr").size() - 1);
    assertEquals("\"/\"", text(last, 1));
    assertTrue((firstWord(last, 3) & Constants.MOUNT_ATTR_RDONLY) != 0);
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void everyJobHasAFreshMaskedProcOverTheHosts(@ForAll("cases") Case of) {
    Step.Call proc = calls(of.init(), "mount").get(0);
    assertEquals("\"/proc\"", text(proc, 1));
    assertEquals("\"proc\"", text(proc, 2));
    assertEquals(Constants.MS_NOSUID | Constants.MS_NODEV | Constants.MS_NOEXEC, number(proc, 3));
    assertEquals("\"hidepid=invisible,subset=pid\"", text(proc, 4));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void everyWritablePlaceIsFreshLimitedAndWithoutSetuidAndDevices(@ForAll("cases") Case of) {
    Plan init = of.init();
    List<Step.Call> mounts = calls(init, "mount");
    assertEquals(of.policy().tmpfs().size() + 1, mounts.size());
    for (int i = 0; i < of.policy().tmpfs().size(); i++) {
      Policy.Tmpfs tmpfs = of.policy().tmpfs().get(i);
      Step.Call mount = mounts.get(i + 1);
      assertEquals("\"" + tmpfs.path() + "\"", text(mount, 1));
      assertEquals(
          Constants.MS_NOSUID | Constants.MS_NODEV | (tmpfs.exec() ? 0 : Constants.MS_NOEXEC),
          number(mount, 3));
      assertTrue(text(mount, 4).contains("size=" + tmpfs.size().bytes() + ","), mount::toString);
      assertTrue(text(mount, 4).contains("nr_inodes=" + tmpfs.inodes()), mount::toString);
    }
    long workspace = number(calls(init, "fsmount").get(0), 2);
    assertTrue((workspace & Constants.MOUNT_ATTR_NOSUID) != 0);
    assertTrue((workspace & Constants.MOUNT_ATTR_NODEV) != 0);
    assertEquals(
        "\"" + of.policy().workspace().path() + "\"", text(calls(init, "move_mount").get(0), 3));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void everyCapabilityLeavesTheBoundingSetAndThenTheOthers(@ForAll("cases") Case of) {
    Plan init = of.init();
    List<Long> dropped =
        calls(init, "prctl").stream()
            .filter(call -> number(call, 0) == Constants.PR_CAPBSET_DROP)
            .map(call -> number(call, 1))
            .toList();
    assertEquals(
        IntStream.rangeClosed(0, of.host().lastCapability()).mapToObj(n -> (long) n).toList(),
        dropped);
    Step.Call capset = calls(init, "capset").get(0);
    int last = init.steps().indexOf(capset);
    assertTrue(indexOfPrctl(init, Constants.PR_CAPBSET_DROP) < last);
    assertTrue(indexOfPrctl(init, Constants.PR_SET_SECUREBITS) < last);
    assertNoCapabilities(capset);
    assertNoCapabilities(calls(of.zygote(), "capset").get(0));
  }

  private static void assertNoCapabilities(Step.Call capset) {
    Word.Address sets = (Word.Address) capset.arguments().get(1);
    for (Word word : ((Datum.Words) sets.slot().datum()).words()) {
      assertEquals(0, ((Word.Constant) word).value());
    }
    assertEquals(24, sets.slot().datum().length());
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void noNewPrivilegesIsTheZygotesAndComesBeforeItServes(@ForAll("cases") Case of) {
    Plan zygote = of.zygote();
    Step.Call step =
        (Step.Call) zygote.steps().get(indexOfPrctl(zygote, Constants.PR_SET_NO_NEW_PRIVS));
    assertEquals(1, number(step, 1));
    assertEquals(Phase.PRIVILEGES, step.phase());
    assertTrue(calls(zygote, "seccomp").isEmpty());
    assertTrue(calls(of.init(), "seccomp").isEmpty());
    assertEquals(Phase.FILTER, calls(of.payload(), "seccomp").get(0).phase());
  }

  /** In both places: behind the second there is nothing to unmap, and munmap of nothing fails. */
  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void anInitKeepsNoMemoryButItsOwn(@ForAll("cases") Case of) {
    assertEquals(Layout.ARENA_ADDRESS + Layout.ARENA_SIZE, Layout.FIRST_JOB + 2 * Layout.JOB_SIZE);
    for (long place : List.of(Layout.FIRST_JOB, Layout.FIRST_JOB + Layout.JOB_SIZE)) {
      long kept = Layout.ARENA_SIZE;
      for (Step.Call unmap : calls(of.init(place), "munmap")) {
        long start = number(unmap, 0);
        long length = number(unmap, 1);
        assertTrue(length > 0, unmap::toString);
        assertTrue(start + length <= place || start >= place + Layout.JOB_SIZE, unmap::toString);
        assertTrue(start >= Layout.ARENA_ADDRESS, unmap::toString);
        kept -= length;
      }
      assertEquals(Layout.JOB_SIZE, kept);
    }
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void anInitCannotBeReadAndDiesWithTheServer(@ForAll("cases") Case of) {
    Plan init = of.init();
    Step.Call dumpable =
        (Step.Call) init.steps().get(indexOfPrctl(init, Constants.PR_SET_DUMPABLE));
    assertEquals(0, number(dumpable, 1));
    List<Step> steps = of.zygote().steps();
    int last = -1;
    int identity = -1;
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Step.Call call) {
        boolean deathSignal =
            call.name().equals("prctl") && number(call, 0) == Constants.PR_SET_PDEATHSIG;
        last = deathSignal ? i : last;
        identity = call.name().startsWith("setres") ? i : identity;
      }
    }
    // The kernel forgets it when a process changes its ids on the host, prctl(2); an init does not.
    assertTrue(last > identity);
    assertEquals(
        Phase.SESSION, init.steps().get(indexOfPrctl(init, Constants.PR_SET_PDEATHSIG)).phase());
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void noProcessOfAJobHasHostId0(@ForAll("cases") Case of) {
    Plan zygote = of.zygote();
    if (of.identity() instanceof Identity.Dropped dropped) {
      Step.Call uid = calls(zygote, "setresuid").get(0);
      Step.Call gid = calls(zygote, "setresgid").get(0);
      assertEquals(List.of("setgroups", "setresgid", "setresuid"), identityCalls(zygote));
      for (int i = 0; i < 3; i++) {
        assertEquals(dropped.uid(), number(uid, i));
        assertEquals(dropped.gid(), number(gid, i));
      }
    }
    Plan init = of.init();
    boolean subordinate =
        of.identity() instanceof Identity.Subordinate
            && of.policy().network() != Policy.Network.LINKED;
    String map = of.policy().uid() + " " + (subordinate ? 1 : of.policy().uid()) + " 1\\n";
    assertTrue(
        calls(init, "write").stream().anyMatch(write -> text(write, 1).equals("\"" + map + "\"")),
        map);
  }

  private static List<String> identityCalls(Plan plan) {
    return calls(plan).stream()
        .filter(call -> call.phase() == Phase.IDENTITY)
        .map(Step.Call::name)
        .filter(name -> name.startsWith("set"))
        .toList();
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void onlyLoopbackHasANetworkOfItsOwn(@ForAll("cases") Case of) {
    boolean loopback = of.policy().network() == Policy.Network.LOOPBACK;
    boolean up = of.init().steps().stream().anyMatch(step -> step.phase() == Phase.NETWORK);
    assertEquals(loopback, up);
    Awaiting zygote = ZygotePlan.compile(of.policy(), of.host(), of.identity());
    Plan spawn = SpawnPlan.compile(of.policy(), zygote, 0).awaiting().plan();
    Step.Spawn clone = (Step.Spawn) spawn.steps().get(0);
    assertEquals(loopback, clone.flags().contains("CLONE_NEWNET"));
    for (String fresh : List.of("CLONE_NEWUSER", "CLONE_NEWNS", "CLONE_NEWPID", "CLONE_NEWIPC")) {
      assertTrue(clone.flags().contains(fresh), fresh);
    }
    boolean linked = of.policy().network() == Policy.Network.LINKED;
    Step.Call unshare = calls(of.zygote(), "unshare").get(0);
    assertNotEquals(linked, unshare.toString().contains("CLONE_NEWNET"));
    assertNotEquals(linked, calls(of.zygote(), "setns").isEmpty());
  }

  /** Whoever is in the link's user namespace itself has every capability over its network. */
  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void aZygoteJoinsALinkAndLeavesItsUserNamespaceAndDescriptorsBehind(@ForAll("cases") Case of) {
    Assume.that(of.policy().network() == Policy.Network.LINKED);
    List<Step.Call> join =
        calls(of.zygote()).stream().filter(call -> call.phase() == Phase.LINK).toList();
    assertEquals(
        List.of("recvmsg", "setns", "close", "setns", "close"),
        join.stream().map(Step.Call::name).toList());
    assertEquals("the link's user namespace", text(join.get(1), 0));
    assertEquals("the link's network namespace", text(join.get(3), 0));
    assertEquals(join.get(1).arguments().get(0), join.get(2).arguments().get(0));
    assertEquals(join.get(3).arguments().get(0), join.get(4).arguments().get(0));
    Step.Call unshare = calls(of.zygote(), "unshare").get(0);
    assertTrue(unshare.toString().contains("CLONE_NEWUSER"));
    if (of.identity() instanceof Identity.Subordinate ids) {
      assertEquals(List.of("setgroups", "setresgid", "setresuid"), identityCalls(of.zygote()));
      assertEquals(ids.subUid(), number(calls(of.zygote(), "setresuid").get(0), 1));
    }
  }

  @Example
  void aLinkHasLoAndNothingElseAndItsProcessEnds() {
    for (List<Identity> ids :
        List.of(
            List.<Identity>of(PlanCases.OWN, PlanCases.OWN),
            List.<Identity>of(PlanCases.DROPPED, PlanCases.DROPPED),
            List.<Identity>of(PlanCases.SUBORDINATE, PlanCases.OWN))) {
      List<Step.Call> link = calls(LinkPlan.compile(ids, true));
      List<String> names = link.stream().map(Step.Call::name).toList();
      assertEquals("exit_group", names.get(names.size() - 1));
      assertEquals(
          Constants.CLONE_NEWUSER | Constants.CLONE_NEWNET,
          number(link.get(names.indexOf("unshare")), 0));
      assertEquals(1, names.stream().filter("ioctl"::equals).count());
      assertEquals(LinkPlan.files(true).size(), names.stream().filter("sendmsg"::equals).count());
      assertEquals(
          ids.contains(PlanCases.SUBORDINATE) || ids.contains(PlanCases.DROPPED),
          names.contains("recvmsg"));
    }
  }

  @Example
  void aMissingFileThatAPolicyNeedsIsARefusalWithItsFix() {
    HostUnsupportedException thrown =
        assertThrows(
            HostUnsupportedException.class,
            () ->
                ZygotePlan.compile(
                    Policies.named("default"), new HostFacts(Map.of(), 40, 0), PlanCases.OWN));
    assertEquals("bind of /usr", thrown.feature());
  }

  @Example
  void aProgramIsLookedForAsExecvpDoesIt() {
    Case of =
        new Case(Policies.named("default"), PlanCases.DEBIAN, PlanCases.OWN, CgroupEntry.by(0));
    assertEquals(
        List.of("\"/usr/local/bin/cat\"", "\"/usr/bin/cat\"", "\"/bin/cat\""),
        calls(of.run("cat").plan(), "execve").stream().map(call -> text(call, 0)).toList());
    assertEquals(
        List.of("\"./cat\""),
        calls(of.run("./cat").plan(), "execve").stream().map(call -> text(call, 0)).toList());
  }
}
