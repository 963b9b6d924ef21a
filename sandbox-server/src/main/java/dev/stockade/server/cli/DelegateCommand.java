package dev.stockade.server.cli;

import dev.stockade.core.cgroup.CgroupDelegation;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stockade delegate}. */
@Command(
    name = "delegate",
    description =
        "Make the cgroup directories that a user needs where no systemd serves that user, and hand"
            + " them over. Needs root. Doing it again changes nothing.",
    footer = {
      "",
      "It lasts until the next boot, or --remove.",
      "With cgroup v2 the user's shell must be moved into the delegated cgroup as well:",
      "  sudo ./stockade delegate USER --shell $$"
    })
final class DelegateCommand implements Callable<Integer> {
  private final Streams streams;

  @Parameters(paramLabel = "USER", description = "Name or number of the user.")
  private String user = "";

  @Option(names = "--remove", description = "Take the directories away again.")
  private boolean remove;

  @Option(
      names = "--shell",
      paramLabel = "PID",
      description = "Also move this process, and what it starts from now on, there.")
  private @Nullable Long shell;

  DelegateCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Account account = Account.named(user);
    if (account.uid() == 0) {
      throw new UsageException("delegate: root needs no delegation");
    }
    if (remove && shell != null) {
      throw new UsageException("delegate: --remove and --shell do not go together");
    }
    PrintStream out = streams.text();
    if (remove) {
      List<String> done = CgroupDelegation.remove(account.uid());
      done.forEach(out::println);
      if (done.isEmpty()) {
        out.println("nothing is delegated to " + account.name());
      }
      return 0;
    }
    CgroupDelegation.delegate(account.uid(), account.gid()).forEach(out::println);
    if (shell != null) {
      CgroupDelegation.enter(account.uid(), shell).forEach(out::println);
    } else if (CgroupDelegation.mustBeEntered(account.uid())) {
      out.println("now, in the shell of " + account.name() + ":");
      out.println("  sudo ./stockade delegate " + account.name() + " --shell $$");
    }
    return 0;
  }
}
