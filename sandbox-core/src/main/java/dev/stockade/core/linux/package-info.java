/**
 * The kernel surface: system-call numbers, errno, flags, struct layouts, descriptors. Knows nothing
 * else of Stockade.
 */
@NullMarked
package dev.stockade.core.linux;

import org.jspecify.annotations.NullMarked;
