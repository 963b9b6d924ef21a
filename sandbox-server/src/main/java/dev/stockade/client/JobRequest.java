package dev.stockade.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * What to run. The server checks it, and names every part that is wrong: see {@link
 * ProblemException#errors}.
 *
 * <pre>{@code
 * JobRequest.language("python").source("print(input()[::-1])").stdin("stressed").build()
 * }</pre>
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are the point
public record JobRequest(byte[] json) {
  /**
   * A program in some language.
   *
   * @param id an id of {@link StockadeClient#languages}
   */
  public static Builder language(String id) {
    Builder builder = new Builder();
    builder.json.put("language", id);
    return builder;
  }

  /** A program and its arguments; a program without a slash is looked up in the sandbox's PATH. */
  public static Builder command(String... words) {
    Builder builder = new Builder();
    ArrayNode command = builder.json.putArray("command");
    for (String word : words) {
      command.add(word);
    }
    return builder;
  }

  /**
   * Two to eight programs in one private network. Of the builder's methods, {@link
   * Builder#priority} and {@link Builder#callback} are for such a job.
   *
   * @param programs in the order in which they begin
   */
  public static Builder linked(ProgramRequest... programs) {
    Builder builder = new Builder();
    ArrayNode all = builder.json.putArray("programs");
    for (ProgramRequest program : programs) {
      all.add(program.json());
    }
    return builder;
  }

  /**
   * Any job that the contract knows.
   *
   * @param text a JSON object, as {@code POST /v1/jobs} takes it
   * @throws IllegalArgumentException when it is no JSON object
   */
  public static JobRequest ofJson(String text) {
    try {
      if (JsonObject.MAPPER.readTree(text) instanceof ObjectNode json) {
        return new JobRequest(JsonObject.MAPPER.writeValueAsBytes(json));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("a job is JSON: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("a job is a JSON object");
  }

  /** As part of another. */
  ObjectNode object() {
    try {
      return (ObjectNode) JsonObject.MAPPER.readTree(json);
    } catch (IOException | ClassCastException e) {
      throw new IllegalArgumentException("a job is a JSON object", e);
    }
  }

  /** Puts a job together; each method returns the builder itself. */
  public static final class Builder {
    private final ObjectNode json = JsonNodeFactory.instance.objectNode();

    private Builder() {}

    /** The program's main file. */
    public Builder source(String text) {
      return source(Content.text(text));
    }

    /** The program's main file, which is not a stored one. */
    public Builder source(Content content) {
      return set("source", ContentJson.of(content));
    }

    /** Name of the main file. Default: the language's. */
    public Builder main(String name) {
      json.put("main", name);
      return this;
    }

    /** Name of the policy of a command. Default: {@code default}. */
    public Builder policy(String name) {
      json.put("policy", name);
      return this;
    }

    /** A file that is put into the workspace, with the mode 0644. */
    public Builder file(String name, Content content) {
      json.withObject("/files").set(name, ContentJson.object(content));
      return this;
    }

    /** A file that is put into the workspace, with the mode 0755. */
    public Builder executable(String name, Content content) {
      json.withObject("/files").set(name, ContentJson.object(content).put("executable", true));
      return this;
    }

    /** Arguments of a program in a language; passed on byte for byte, no shell reads them. */
    public Builder args(List<Content> args) {
      ArrayNode all = json.putArray("args");
      args.forEach(arg -> all.add(ContentJson.of(arg)));
      return this;
    }

    /** Standard input. Default: empty. */
    public Builder stdin(String text) {
      return stdin(Content.text(text));
    }

    /** Standard input. Default: empty. */
    public Builder stdin(Content content) {
      return set("stdin", ContentJson.of(content));
    }

    /** Limits of the run. Default: the policy's. */
    public Builder limits(JobLimits limits) {
      return set("limits", limits.json());
    }

    /** A file that is read back from the workspace when every process is gone. */
    public Builder outputFile(String name) {
      json.withArray("/outputFiles").add(name);
      return this;
    }

    /** What the program writes is told by {@link StockadeClient#events} while it runs. */
    public Builder outputEvents() {
      json.put("outputEvents", true);
      return this;
    }

    /** One test more: the program is run once for each, each time in a fresh sandbox. */
    public Builder test(TestCase test) {
      json.withArray("/tests").add(test.json());
      return this;
    }

    /** Says whether a test's output is right. Default: {@link Checker#LINES}. */
    public Builder checker(Checker checker) {
      return set("checker", checker.json());
    }

    /** One group of tests more; each test then names its group. */
    public Builder group(Group group) {
      json.withArray("/groups").add(group.json());
      return this;
    }

    /**
     * A program with which the job's program talks in each test: what one writes the other reads.
     *
     * @param program in a language, with source or files, main and limits
     */
    public Builder interactor(JobRequest program) {
      return set("interactor", program.object());
    }

    /** First bytes of each stream of each test that are in the answer. Default: 4 KiB. */
    public Builder keepOutputBytes(long bytes) {
      json.put("keepOutput", bytes + "B");
      return this;
    }

    /** Tests that may run at one time, 1 to 64. Default: 1. */
    public Builder parallelism(int tests) {
      json.put("parallelism", tests);
      return this;
    }

    /** Tests behind the first that fails are {@link Verdict#SKIPPED}. */
    public Builder stopOnFirstFailure() {
      json.put("stopOnFirstFailure", true);
      return this;
    }

    /** Minutes of waiting that the job is ahead of others of its token, -10 to 10. Default: 0. */
    public Builder priority(int minutes) {
      json.put("priority", minutes);
      return this;
    }

    /**
     * Who is told of the job's end, by POST, until it is answered with 2xx. Only hosts that the
     * server's operator lists are told.
     */
    public Builder callback(URI url) {
      json.putObject("callback").put("url", url.toString());
      return this;
    }

    /**
     * The job.
     *
     * @throws IllegalArgumentException when a text in it has half a surrogate pair, which UTF-8
     *     cannot say
     */
    public JobRequest build() {
      try {
        return new JobRequest(JsonObject.MAPPER.writeValueAsBytes(json));
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("not Unicode: " + e.getOriginalMessage(), e);
      }
    }

    private Builder set(String name, JsonNode value) {
      json.set(name, value);
      return this;
    }
  }
}
