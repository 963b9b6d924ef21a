/** What the server says about itself: whether it can do its work, what it has done. */
@NullMarked
package dev.stockade.server.observe;

import org.jspecify.annotations.NullMarked;
