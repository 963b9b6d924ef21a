/**
 * Files that clients have stored for their jobs, named by what is in them.
 *
 * <p>A file comes in under a name that nobody asks for, is written out ({@code fsync}) and then
 * gets its own name: what has a name is whole, whenever the server was killed. Files are on disk
 * and go through the heap in pieces only.
 */
@NullMarked
package dev.stockade.server.files;

import org.jspecify.annotations.NullMarked;
