package dev.stockade.server.language;

import java.util.List;

/**
 * A language whose interpreter takes the source file as its argument and needs no settings.
 *
 * @param program the interpreter
 * @param packages Debian packages that bring it
 */
record Script(String id, String name, List<String> extensions, String program, String packages)
    implements Recipe {
  static final Script PYTHON = new Script("python", "Python", List.of(".py"), "python3", "python3");
  static final Script BASH = new Script("bash", "Bash", List.of(".sh", ".bash"), "bash", "bash");

  @Override
  public List<String> programs() {
    return List.of(program);
  }

  @Override
  public Invocation run(Tool tool, Sources sources, Grant grant) {
    return Invocation.of(List.of(tool.program(), sources.mainArgument()));
  }
}
