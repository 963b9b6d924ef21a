package dev.stockade.core.executor;

/** The executor's machine code for one processor architecture. */
interface ExecutorCode {
  /** Position-independent instructions; the first is the entry point. */
  byte[] text();

  /** {@code e_machine} of the ELF header, see elf(5). */
  int elfMachine();
}
