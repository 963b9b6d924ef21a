package dev.stockade.server;

import dev.stockade.core.policy.Durations;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.OptionSpec;

/** What a server says on standard output while it serves: lines for people, or for programs. */
interface ServeReport {
  /** It listens; jobs are taken. */
  void listening(String address);

  /** What somebody can type to try it. */
  void toTry(String command);

  /**
   * It has been told to end.
   *
   * @param accepted whether jobs that have been accepted have that time too, not just those that
   *     run
   */
  void ending(Duration drainTime, boolean accepted);

  /**
   * The configuration.
   *
   * @param sources where the value of each option came from
   */
  void configuration(List<OptionSpec> options, Map<String, String> sources);

  /** A JSON object in a line for each event, and one for the whole configuration. */
  static ServeReport json(PrintStream out) {
    return new ServeReport() {
      @Override
      public void listening(String address) {
        out.println(event("listening").put("address", address).encode());
      }

      @Override
      public void toTry(String command) {
        out.println(event("try").put("command", command).encode());
      }

      @Override
      public void ending(Duration drainTime, boolean accepted) {
        out.println(
            event("ending")
                .put("drainTimeMillis", drainTime.toMillis())
                .put("jobs", accepted ? "accepted" : "running")
                .encode());
      }

      @Override
      public void configuration(List<OptionSpec> options, Map<String, String> sources) {
        JsonObject all = new JsonObject();
        for (OptionSpec option : options) {
          String name = option.longestName();
          all.put(
              Setting.keyOf(name),
              new JsonObject()
                  .put("value", ConfigText.json(option.getValue()))
                  .put("source", sources.get(name)));
        }
        out.println(all.encodePrettily());
      }

      private JsonObject event(String name) {
        return new JsonObject().put("event", name);
      }
    };
  }

  static ServeReport text(PrintStream out) {
    return new ServeReport() {
      @Override
      public void listening(String address) {
        out.println("listening on " + address);
      }

      @Override
      public void toTry(String command) {
        out.println("try: " + command);
      }

      @Override
      public void ending(Duration drainTime, boolean accepted) {
        String whose = accepted ? "those accepted" : "those that run";
        out.println("ending: no new jobs, " + whose + " have " + Durations.render(drainTime));
      }

      @Override
      public void configuration(List<OptionSpec> options, Map<String, String> sources) {
        for (OptionSpec option : options) {
          String name = option.longestName();
          out.println(ConfigText.line(name, option.getValue(), String.valueOf(sources.get(name))));
        }
      }
    };
  }
}
