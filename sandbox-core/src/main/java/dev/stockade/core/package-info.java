/**
 * Stockade's library: run a program that nobody trusts and learn exactly what happened.
 *
 * <p>Start at {@link dev.stockade.core.Sandbox}. A {@link dev.stockade.core.RunRequest} says what
 * to run, a {@code Policy} what it may do and use; a {@link dev.stockade.core.RunResult} holds the
 * verdict, the kernel evidence behind it, what was used and what was written. An {@link
 * dev.stockade.core.Interaction} runs two programs that talk with each other, a {@link
 * dev.stockade.core.LinkedRun} several in one private network, a {@link dev.stockade.core.LiveRun}
 * is somebody's side of one that runs. A fault of ours is a {@code SandboxException}, never a
 * verdict.
 */
@NullMarked
package dev.stockade.core;

import org.jspecify.annotations.NullMarked;
