/** Filters against an oracle, by evaluation; no test here installs one. */
@NullMarked
package dev.stockade.core.seccomp;

import org.jspecify.annotations.NullMarked;
