/**
 * Judging: whether an output is right, what it scores, and what the job's verdict is. Pure: nothing
 * here runs anything.
 *
 * <p>A {@link dev.stockade.server.judge.Checker} compares an output with the expected one, byte for
 * byte, whatever the bytes are; {@link dev.stockade.server.judge.TestlibExit} reads what a checker
 * program said, {@link dev.stockade.server.judge.InteractionRule} whether what an interactor said
 * counts. {@link dev.stockade.server.judge.Scoring} adds up, in exact decimals. {@link
 * dev.stockade.server.judge.StopRule} says which tests are not worth running any more, so that the
 * outcome is the same whether tests run one after the other or side by side.
 */
@NullMarked
package dev.stockade.server.judge;

import org.jspecify.annotations.NullMarked;
