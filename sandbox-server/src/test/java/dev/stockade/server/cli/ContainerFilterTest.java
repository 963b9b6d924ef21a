package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.Explanation;
import dev.stockade.core.SandboxOptions;
import dev.stockade.core.compile.Identity;
import dev.stockade.core.compile.LinkPlan;
import dev.stockade.core.linux.LibC;
import dev.stockade.core.linux.SyscallTable;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Step;
import dev.stockade.core.policy.Policies;
import dev.stockade.core.policy.Policy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code packaging/docker/seccomp.json} permits what the plans do, and what the server does. */
class ContainerFilterTest {
  private static final Path FOLDER = MarkdownFile.HOME.resolve("packaging");

  /** Wrappers of the C library that have another name than the call they make. */
  private static final Set<String> OTHER_NAMES = Set.of("calloc", "free", "syscall");

  private JsonObject profile = new JsonObject();

  @BeforeEach
  void read() throws IOException {
    profile = new JsonObject(Files.readString(FOLDER.resolve("docker/seccomp.json")));
  }

  @Test
  void everyCallOfThePlansIsPermitted() {
    Set<String> made = callsOfPlans();
    assertTrue(made.containsAll(Set.of("clone3", "wait4", "pivot_root", "setns")), "" + made);
    made.removeAll(permitted());
    assertEquals(Set.of(), made);
  }

  @Test
  void everyCallOfTheServerIsPermitted() {
    Set<String> made = new TreeSet<>();
    for (Method function : LibC.class.getMethods()) {
      if (!OTHER_NAMES.contains(function.getName())
          && SyscallTable.X86_64.find(function.getName()).isPresent()) {
        made.add(function.getName());
      }
    }
    assertTrue(made.contains("memfd_create"), "" + made);
    made.addAll(Set.of("seccomp", "execve", "futex", "openat2", "pidfd_open", "pidfd_send_signal"));
    made.removeAll(permitted());
    assertEquals(Set.of(), made);
  }

  @Test
  void whatReachesPastNamespacesIsNot() {
    Set<String> hostile =
        new TreeSet<>(
            Set.of(
                "init_module",
                "finit_module",
                "delete_module",
                "kexec_load",
                "bpf",
                "perf_event_open",
                "open_by_handle_at",
                "userfaultfd",
                "io_uring_setup",
                "settimeofday",
                "swapon"));
    hostile.retainAll(permitted());
    assertEquals(Set.of(), hostile);
    assertEquals("SCMP_ACT_ERRNO", profile.getString("defaultAction"));
    assertEquals(38, profile.getInteger("defaultErrnoRet"), "ENOSYS, so that programs fall back");
  }

  /** Container runtimes skip names that they do not know, so a wrong one would go unnoticed. */
  @Test
  void everyNameIsACallAndIsInOneRuleOnly() {
    Set<String> met = new TreeSet<>();
    for (JsonObject rule : rules()) {
      for (Object name : rule.getJsonArray("names")) {
        assertTrue(SyscallTable.X86_64.find((String) name).isPresent(), "" + name);
        assertTrue(met.add((String) name) || rule.containsKey("args"), name + " is there twice");
      }
    }
    assertEquals(List.of("SCMP_ARCH_X86_64"), profile.getJsonArray("architectures").getList());
  }

  @Test
  void whatIsAddedToTheDefaultProfileIsExplained() {
    MarkdownFile readme = MarkdownFile.of(FOLDER.resolve("README.md"));
    Set<String> added = new TreeSet<>();
    rules().stream()
        .filter(rule -> rule.getString("comment", "").startsWith("added"))
        .forEach(rule -> rule.getJsonArray("names").forEach(name -> added.add((String) name)));
    assertEquals(new TreeSet<>(readme.codeInTable("added call", 0)), added);
    Set<String> beyondDocker = new TreeSet<>(readme.codeInTable("call beyond Docker's", 0));
    Set<String> made = callsOfPlans();
    beyondDocker.removeIf(made::contains);
    assertEquals(Set.of(), beyondDocker, "no plan makes it");
  }

  private Set<String> permitted() {
    Set<String> permitted = new TreeSet<>();
    for (JsonObject rule : rules()) {
      if (rule.getString("action").equals("SCMP_ACT_ALLOW") && forbidsSingleValuesAtMost(rule)) {
        rule.getJsonArray("names").forEach(name -> permitted.add((String) name));
      }
    }
    return permitted;
  }

  /** As that for {@code socket}, which forbids the audit protocol alone. */
  private static boolean forbidsSingleValuesAtMost(JsonObject rule) {
    return rule.getJsonArray("args", new JsonArray()).stream()
        .allMatch(condition -> ((JsonObject) condition).getString("op").equals("SCMP_CMP_NE"));
  }

  private List<JsonObject> rules() {
    JsonArray rules = profile.getJsonArray("syscalls");
    return rules.stream().map(JsonObject.class::cast).toList();
  }

  /** Those of every shipped policy, pinned and with a terminal as well, and of a link. */
  private static Set<String> callsOfPlans() {
    List<Plan> plans = new ArrayList<>();
    SandboxOptions all = new SandboxOptions(1, 1, true, true);
    for (String name : Policies.names()) {
      Policy policy = Policies.named(name);
      plans.addAll(Explanation.of(policy, List.of("true")).plans());
      plans.addAll(Explanation.of(policy, List.of("true"), all).plans());
    }
    plans.add(LinkPlan.compile(List.of(new Identity.Own(1, 1), new Identity.Own(2, 2)), true));
    Set<String> calls = new TreeSet<>();
    plans.forEach(plan -> plan.steps().forEach(step -> calls.add(callOf(step))));
    calls.add("setns"); // of a program that joins a link
    calls.remove("");
    return calls;
  }

  private static String callOf(Step step) {
    if (step instanceof Step.Call call) {
      return call.name();
    }
    if (step instanceof Step.Spawn) {
      return "clone3";
    }
    return step instanceof Step.Reap ? "wait4" : "";
  }
}
