package dev.stockade.server.selftest;

import java.util.Map;

/** Makes programs for attacks out of their sources, outside of the sandbox. */
public interface Toolbox {
  /** A host of which nothing is asked: no compilers. */
  Toolbox NONE =
      new Toolbox() {
        @Override
        public byte[] executable(String name, String source) throws NotTestableException {
          throw new NotTestableException("a C compiler");
        }

        @Override
        public Map<String, byte[]> classes(String name, String source) throws NotTestableException {
          throw new NotTestableException("a Java compiler");
        }
      };

  /** A C program as a static executable, so that it starts within very small limits. */
  byte[] executable(String name, String source) throws NotTestableException;

  /** Class files by name, {@code Main.class} among them. */
  Map<String, byte[]> classes(String name, String source) throws NotTestableException;
}
