package dev.stockade.fuzz.calls;

import dev.stockade.core.RunResult;

/**
 * What became of a case.
 *
 * @param results one for each call; {@link CasePlan#NOT_REACHED} where the call has not returned
 * @param resultsCameBack whether the file with the results was still there, and unharmed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Outcome(RunResult result, long[] results, boolean resultsCameBack) {}
