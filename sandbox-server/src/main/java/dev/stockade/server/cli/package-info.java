/**
 * The command line: {@code stockade run}, {@code submit}, {@code serve}, {@code doctor}, {@code
 * delegate}, {@code explain}, {@code bench}.
 *
 * <p>{@link dev.stockade.server.cli.Main} reads the arguments byte for byte, {@link
 * dev.stockade.server.cli.Cli} finds the command and turns whatever goes wrong into one line on
 * standard error and an {@link dev.stockade.server.cli.ExitCode}. What is printed is made by small
 * pure classes.
 */
@NullMarked
package dev.stockade.server.cli;

import org.jspecify.annotations.NullMarked;
