/**
 * What this host can do: one probe per feature, each answer with its reason and the command that
 * mends it.
 *
 * <p>Start at {@link dev.stockade.core.host.HostReport}. A probe looks at files of proc(5) and
 * makes calls that cannot succeed and whose errno tells whether the kernel knows and permits them;
 * it never parses {@code uname}. Files and calls come through {@link
 * dev.stockade.core.host.HostFiles} and {@link dev.stockade.core.host.HostCalls}, so that tests can
 * describe any host.
 */
@NullMarked
package dev.stockade.core.host;

import org.jspecify.annotations.NullMarked;
