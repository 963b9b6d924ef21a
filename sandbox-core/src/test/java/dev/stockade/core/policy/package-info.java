/** Tests of policies: files, units, rules, and what is shipped. */
@NullMarked
package dev.stockade.core.policy;

import org.jspecify.annotations.NullMarked;
