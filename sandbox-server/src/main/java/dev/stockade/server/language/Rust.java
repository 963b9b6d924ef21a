package dev.stockade.server.language;

import java.util.ArrayList;
import java.util.List;

/** Rust, one crate without dependencies; further files are its modules. */
final class Rust implements CompiledRecipe {
  @Override
  public String id() {
    return "rust";
  }

  @Override
  public String name() {
    return "Rust";
  }

  @Override
  public List<String> extensions() {
    return List.of(".rs");
  }

  @Override
  public List<String> programs() {
    return List.of("rustc");
  }

  @Override
  public List<List<String>> dialects() {
    return List.of(List.of("--edition", "2021"), List.of("--edition", "2018"));
  }

  /** The compiler links with {@code cc}. */
  @Override
  public String packages() {
    return "rustc gcc libc6-dev";
  }

  @Override
  public String trial() {
    return "fn main() {}\n";
  }

  @Override
  public Invocation compile(Tool tool, Sources sources, Grant grant) {
    List<String> command = new ArrayList<>(List.of(tool.program()));
    command.addAll(tool.dialect());
    // The standard library's debug information is ten times the size of a program.
    command.addAll(
        List.of("-O", "-C", "strip=debuginfo", "--crate-name", "main", "--crate-type", "bin"));
    command.addAll(List.of("-o", PROGRAM, sources.mainArgument()));
    return Invocation.of(command).leaves(PROGRAM);
  }

  @Override
  public Invocation run(Tool tool, Sources sources, Grant grant) {
    return Invocation.of(List.of("./" + PROGRAM));
  }
}
