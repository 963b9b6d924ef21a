@NullMarked
package dev.stockade.server.selftest;

import org.jspecify.annotations.NullMarked;
