package dev.stockade.server.cli;

import dev.stockade.core.cgroup.CgroupDelegation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.util.ArrayList;
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
      "With cgroup v2 the user's shell must be moved into the delegated cgroup as well.",
      "",
      "Examples:",
      "  sudo ./stockade delegate ada",
      "  sudo ./stockade delegate ada --shell $$$$",
      "  sudo ./stockade delegate ada --remove"
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

  @Option(names = "--json", description = "Print JSON on standard output.")
  private boolean json;

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
    List<String> done = new ArrayList<>();
    String next = null;
    if (remove) {
      done.addAll(CgroupDelegation.remove(account.uid()));
    } else {
      done.addAll(CgroupDelegation.delegate(account.uid(), account.gid()));
      if (shell != null) {
        done.addAll(CgroupDelegation.enter(account.uid(), shell));
      } else if (CgroupDelegation.mustBeEntered(account.uid())) {
        next = "sudo ./stockade delegate " + account.name() + " --shell $$";
      }
    }
    if (json) {
      streams.text().println(toJson(account, done, next).encodePrettily());
    } else {
      print(account, done, next);
    }
    return 0;
  }

  /**
   * @param next what is left to do, in the user's shell; {@code null} when nothing is
   */
  private static JsonObject toJson(Account account, List<String> done, @Nullable String next) {
    return new JsonObject()
        .put("user", new JsonObject().put("name", account.name()).put("uid", account.uid()))
        .put("done", new JsonArray(done))
        .put("next", next);
  }

  private void print(Account account, List<String> done, @Nullable String next) {
    PrintStream out = streams.text();
    done.forEach(out::println);
    if (remove && done.isEmpty()) {
      out.println("nothing is delegated to " + account.name());
    }
    if (next != null) {
      out.println("now, in the shell of " + account.name() + ":");
      out.println("  " + next);
    }
  }
}
