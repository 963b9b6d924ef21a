/**
 * System-call filters: rules in, BPF out by libseccomp (the only user of JNA), and a pure-Java
 * evaluator of BPF.
 */
@NullMarked
package dev.stockade.core.seccomp;

import org.jspecify.annotations.NullMarked;
