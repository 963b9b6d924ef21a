/**
 * The bad news that is ours: host, sandbox and request faults. Verdicts about programs live
 * elsewhere.
 */
@NullMarked
package dev.stockade.core.fault;

import org.jspecify.annotations.NullMarked;
