/**
 * Control groups, v2 and v1 behind one interface: finding a delegated subtree, leaf leases, usage
 * with units.
 */
@NullMarked
package dev.stockade.core.cgroup;

import org.jspecify.annotations.NullMarked;
