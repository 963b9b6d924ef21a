/**
 * Filter against filter: what the rules say, what the evaluator computes and what the kernel does
 * with the BPF that libseccomp made.
 */
@NullMarked
package dev.stockade.fuzz.filter;

import org.jspecify.annotations.NullMarked;
