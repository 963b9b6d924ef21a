/**
 * What clients see: requests, results, errors and their JSON. Used by the HTTP server and by the
 * command line alike, so that one result looks the same everywhere.
 */
@NullMarked
package dev.stockade.server.api;

import org.jspecify.annotations.NullMarked;
