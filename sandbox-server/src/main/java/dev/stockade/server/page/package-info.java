/** The page at {@code /}: its files and those of its libraries, as browsers fetch them. */
@NullMarked
package dev.stockade.server.page;

import org.jspecify.annotations.NullMarked;
