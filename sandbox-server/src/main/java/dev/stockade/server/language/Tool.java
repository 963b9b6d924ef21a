package dev.stockade.server.language;

import java.util.List;

/**
 * A toolchain that works in the sandbox.
 *
 * @param program name of the compiler or interpreter, looked up in the sandbox's {@code PATH}
 * @param version as the program says it
 * @param dialect arguments that choose the newest version of the language that it knows
 */
record Tool(String program, String version, List<String> dialect) {}
