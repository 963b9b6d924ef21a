package dev.stockade.server.language;

import dev.stockade.server.job.LanguageJob;
import java.util.List;

/** What is known of a language anywhere, before anybody has looked whether it is here. */
interface Recipe {
  /** What clients write; also the name of the policy that programs run under. */
  String id();

  /** What people read. */
  String name();

  /** File name endings with their dot, the usual one first. */
  List<String> extensions();

  /** Programs that can serve the language, the best first. */
  List<String> programs();

  /** Arguments with which such a program says its version. */
  default List<String> versionArguments() {
    return List.of("--version");
  }

  /** Debian packages that bring the first program and all it needs. */
  String packages();

  /** The job's files, under the names that the toolchain needs. */
  default Sources sources(LanguageJob job) {
    return Sources.of(job, "main" + extensions().get(0));
  }

  /** How it is run; the program's own arguments follow. */
  Invocation run(Tool tool, Sources sources, Grant grant);
}
