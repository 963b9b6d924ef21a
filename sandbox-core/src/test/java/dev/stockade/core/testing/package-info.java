/** What the tests of several packages share. */
@NullMarked
package dev.stockade.core.testing;

import org.jspecify.annotations.NullMarked;
