package dev.stockade.server.language;

import java.util.ArrayList;
import java.util.List;

/** C and C++: GCC, or Clang where that is what there is. */
final class NativeCompiler implements CompiledRecipe {
  /** GNU C17: GCC 8 and later. */
  static final NativeCompiler C =
      new NativeCompiler(
          "c",
          "C",
          List.of(".c"),
          List.of("gcc", "clang"),
          List.of("-std=gnu17", "-std=gnu11"),
          "gcc libc6-dev",
          "#include <stdio.h>\nint main(void) { return puts(\"\") < 0; }\n");

  /** GNU C++20: GCC 10 and later. */
  static final NativeCompiler CPP =
      new NativeCompiler(
          "cpp",
          "C++",
          List.of(".cpp", ".cc", ".cxx", ".C"),
          List.of("g++", "clang++"),
          List.of("-std=gnu++20", "-std=gnu++17"),
          "g++",
          "#include <new>\nint main() { delete new int; }\n");

  private final String id;
  private final String name;
  private final List<String> extensions;
  private final List<String> programs;
  private final List<String> standards;
  private final String packages;
  private final String trial;

  private NativeCompiler(
      String id,
      String name,
      List<String> extensions,
      List<String> programs,
      List<String> standards,
      String packages,
      String trial) {
    this.id = id;
    this.name = name;
    this.extensions = extensions;
    this.programs = programs;
    this.standards = standards;
    this.packages = packages;
    this.trial = trial;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> extensions() {
    return extensions;
  }

  @Override
  public List<String> programs() {
    return programs;
  }

  @Override
  public List<List<String>> dialects() {
    return standards.stream().map(List::of).toList();
  }

  @Override
  public String packages() {
    return packages;
  }

  @Override
  public String trial() {
    return trial;
  }

  @Override
  public Invocation compile(Tool tool, Sources sources, Grant grant) {
    List<String> command = new ArrayList<>(List.of(tool.program()));
    command.addAll(tool.dialect());
    command.addAll(List.of("-O2", "-pthread", "-o", PROGRAM));
    // Whatever the main file is called: it is of this language.
    command.addAll(List.of("-x", id.equals("c") ? "c" : "c++"));
    command.addAll(sources.arguments(extensions));
    command.addAll(List.of("-x", "none", "-lm"));
    return Invocation.of(command).leaves(PROGRAM);
  }

  @Override
  public Invocation run(Tool tool, Sources sources, Grant grant) {
    return Invocation.of(List.of("./" + PROGRAM));
  }
}
