package dev.stockade.server;

import dev.stockade.server.callback.CallbackConfig;
import dev.stockade.server.callback.CallbackOrigin;
import dev.stockade.server.callback.CallbackTargets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@code serve} can be told about callbacks. */
@Command
final class CallbackOptions {
  @Option(
      names = "--callbacks-to",
      paramLabel = "HOST",
      split = ",",
      description =
          "Jobs may have their end told to this host, at public addresses: hooks.example,"
              + " hooks.example:8443, http://hooks.example; several by commas. Default: none")
  private List<String> callbacksTo = new ArrayList<>();

  @Option(
      names = "--callbacks-inside",
      paramLabel = "HOST",
      split = ",",
      description =
          "As --callbacks-to, but at any address, private and loopback ones too."
              + " Default: none")
  private List<String> callbacksInside = new ArrayList<>();

  @Option(
      names = "--callback-secret",
      paramLabel = "FILE",
      description =
          "File of the secret that callbacks are signed with, at least 32 characters."
              + " Default: none")
  private @Nullable Path callbackSecret;

  /**
   * What they say together.
   *
   * @throws ConfigException when that is not right
   */
  CallbackConfig config() {
    CallbackTargets targets =
        new CallbackTargets(
            origins("--callbacks-to", callbacksTo), origins("--callbacks-inside", callbacksInside));
    if (targets.isEmpty()) {
      if (callbackSecret != null) {
        throw new ConfigException(
            "--callback-secret is of no use without --callbacks-to or --callbacks-inside");
      }
      return CallbackConfig.NONE;
    }
    if (callbackSecret == null) {
      throw new ConfigException("--callback-secret is needed to sign callbacks with");
    }
    try {
      return new CallbackConfig(
          targets, CallbackConfig.readSecret(callbackSecret), CallbackConfig.Schedule.defaults());
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--callback-secret " + e.getMessage());
    }
  }

  private static Set<CallbackOrigin> origins(String option, List<String> texts) {
    Set<CallbackOrigin> origins = new LinkedHashSet<>();
    for (String text : texts) {
      try {
        origins.add(CallbackOrigin.parse(text));
      } catch (IllegalArgumentException e) {
        throw new ConfigException(option + " " + e.getMessage());
      }
    }
    return origins;
  }
}
