/** What the server says about itself: whether it can do its work. */
@NullMarked
package dev.stockade.server.observe;

import org.jspecify.annotations.NullMarked;
