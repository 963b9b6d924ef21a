package dev.stockade.server.language;

import java.util.List;

/**
 * A language whose interpreter takes the source file as its argument.
 *
 * @param program the interpreter
 * @param packages Debian packages that bring it
 * @param processorsVariable environment variable that says how many processors there are; empty
 *     when there is none
 */
record Script(
    String id,
    String name,
    List<String> extensions,
    String program,
    String packages,
    String processorsVariable)
    implements Recipe {
  /** Python 3.13 and later ask the variable before they ask the host. */
  static final Script PYTHON =
      new Script("python", "Python", List.of(".py"), "python3", "python3", "PYTHON_CPU_COUNT");

  static final Script BASH =
      new Script("bash", "Bash", List.of(".sh", ".bash"), "bash", "bash", "");

  @Override
  public List<String> programs() {
    return List.of(program);
  }

  @Override
  public Invocation run(Tool tool, Sources sources, Grant grant) {
    Invocation invocation = Invocation.of(List.of(tool.program(), sources.mainArgument()));
    return processorsVariable.isEmpty()
        ? invocation
        : invocation.environment(processorsVariable, Integer.toString(grant.processors()));
  }
}
