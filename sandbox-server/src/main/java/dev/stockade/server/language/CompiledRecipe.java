package dev.stockade.server.language;

import java.util.List;

/** A language with a compiler that leaves one file, which is all that a run needs of it. */
interface CompiledRecipe extends Recipe {
  /** Where compilers put what they make, out of the way of the job's own files. */
  String FOLDER = ".stockade";

  /** What most compilers leave. */
  String PROGRAM = FOLDER + "/program";

  default String compilePolicy() {
    return id() + "-compile";
  }

  /** Arguments for versions of the language, the newest first: the first that works is taken. */
  default List<List<String>> dialects() {
    return List.of(List.of());
  }

  /** A small program whose compilation shows that the toolchain is whole. */
  String trial();

  /** Takes what an earlier process has prepared for the tool, if there is any. */
  default void take(Tool tool) {}

  /** Makes what lets jobs compile faster, once for all of them; may take a minute. */
  default void prepare(Tool tool, Preparing preparing) {}

  /** How it is compiled. */
  Invocation compile(Tool tool, Sources sources, Grant grant);
}
