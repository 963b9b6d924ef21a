/** Who may use the server, for what, and how much: API tokens, hashed where they are kept. */
@NullMarked
package dev.stockade.server.access;

import org.jspecify.annotations.NullMarked;
