/**
 * Policies: YAML in, checked records out, with file, line and column in every error. Pure Java, no
 * kernel types.
 */
@NullMarked
package dev.stockade.core.policy;

import org.jspecify.annotations.NullMarked;
