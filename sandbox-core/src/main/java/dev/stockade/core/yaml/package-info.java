/**
 * YAML files of ours, read strictly: every node keeps its place, and every error has file, line and
 * column. What the files mean is for the packages that read them: policies, attacks.
 */
@NullMarked
package dev.stockade.core.yaml;

import org.jspecify.annotations.NullMarked;
