package dev.stockade.server.cli;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.access.ApiToken;
import dev.stockade.server.access.Role;
import dev.stockade.server.access.TokenFile;
import dev.stockade.server.access.TokenLimits;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stockade token}: makes, lists and revokes the tokens of a server. */
@Command(
    name = "token",
    description =
        "Make, list or revoke the tokens of a server. A server that runs sees a change within"
            + " seconds.",
    footer = {
      "",
      "A token is printed once, when it is made; the file has its SHA-256 digest.",
      "Roles: submit sends jobs, watches, fetches, lists and cancels those, and",
      "stores files; read looks at all jobs, files and meters; admin does all of it,",
      "and deletes files.",
      "",
      "Examples:",
      "  ./stockade token create judge --role submit --rate 600 --tokens tokens",
      "  ./stockade token list --json --tokens tokens",
      "  ./stockade token revoke judge --tokens tokens"
    })
final class TokenCommand implements Callable<Integer> {
  private final Streams streams;

  /** Words for roles, for completion. */
  static final class Roles implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.of(Role.values()).map(Role::word).iterator();
    }
  }

  /** What to do. */
  private enum Action {
    create,
    list,
    revoke
  }

  @Parameters(index = "0", paramLabel = "ACTION", description = "create, list or revoke.")
  private Action action = Action.list;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description = "Name of the token, for people and logs.")
  private @Nullable String name;

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      required = true,
      description = "The file that the server is given.")
  private Path file = Path.of("");

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      completionCandidates = Roles.class,
      description = "submit, read or admin. Default: submit")
  private String role = Role.SUBMIT.word();

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Requests that it may send in a minute. Default: any number")
  private int rate;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "Unfinished jobs that it may have at one time. Default: any number")
  private int jobs;

  @Option(
      names = "--files",
      paramLabel = "SIZE",
      description =
          "Files that it has stored, together, for as long as they are there. Default: any size")
  private ByteSize files = ByteSize.ofBytes(0);

  @Option(names = "--json", description = "Print JSON on standard output.")
  private boolean json;

  TokenCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    TokenFile tokens = new TokenFile(file);
    PrintStream out = streams.text();
    switch (action) {
      case create -> {
        String token = create(tokens);
        out.println(json ? new JsonObject().put("token", token).encode() : token);
      }
      case list -> {
        if (json) {
          out.println(toJson(tokens.read()).encodePrettily());
        } else {
          list(tokens.read(), out);
        }
      }
      case revoke -> {
        tokens.revoke(named());
        if (json) {
          out.println(new JsonObject().put("revoked", named()).encode());
        }
      }
    }
    return 0;
  }

  private String create(TokenFile tokens) {
    Role wanted =
        Role.of(role)
            .orElseThrow(
                () -> new UsageException("--role: " + role + " is not submit, read or admin"));
    try {
      return tokens.create(
          named(), wanted, new TokenLimits(rate, jobs, files.bytes()), InstantSource.system());
    } catch (IllegalArgumentException e) {
      throw new UsageException("token: " + e.getMessage());
    }
  }

  private String named() {
    if (name == null) {
      throw new UsageException("token: NAME is missing");
    }
    return name;
  }

  /** What is not limited is {@code null}. */
  private static JsonArray toJson(List<ApiToken> tokens) {
    JsonArray list = new JsonArray();
    for (ApiToken token : tokens) {
      TokenLimits limits = token.limits();
      list.add(
          new JsonObject()
              .put("name", token.name())
              .put("role", token.role().word())
              .put("requestsPerMinute", orNull(limits.requestsPerMinute()))
              .put("unfinishedJobs", orNull(limits.unfinishedJobs()))
              .put("storedBytes", orNull(limits.storedBytes()))
              .put("createdAt", token.createdAt().toString()));
    }
    return list;
  }

  private static @Nullable Long orNull(long limit) {
    return limit == 0 ? null : Long.valueOf(limit);
  }

  private static void list(List<ApiToken> tokens, PrintStream out) {
    for (ApiToken token : tokens) {
      TokenLimits limits = token.limits();
      out.println(
          String.join(
              "  ",
              token.name(),
              token.role().word(),
              limits.requestsPerMinute() == 0
                  ? "any rate"
                  : limits.requestsPerMinute() + " requests/min",
              limits.unfinishedJobs() == 0 ? "any jobs" : limits.unfinishedJobs() + " jobs",
              limits.storedBytes() == 0
                  ? "any files"
                  : ByteSize.ofBytes(limits.storedBytes()) + " of files",
              "since " + token.createdAt()));
    }
  }
}
