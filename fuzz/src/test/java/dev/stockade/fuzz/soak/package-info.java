/** Many clients, honest and hostile, for a long time: nothing leaks and nothing is mixed up. */
@NullMarked
package dev.stockade.fuzz.soak;

import org.jspecify.annotations.NullMarked;
