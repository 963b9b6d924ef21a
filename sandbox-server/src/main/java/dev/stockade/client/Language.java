package dev.stockade.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A language of a server.
 *
 * @param id by which jobs name it, such as {@code python}
 * @param extensions endings of its files, such as {@code .py}
 * @param version as its toolchain says; {@code null} when there is none
 * @param unavailable why it cannot be used there; {@code null} when it can
 * @param limits what a run gets that asks for nothing
 * @param ceilings the most that a run may ask for
 * @param compileLimits those of its compiler; {@code null} for an interpreter
 */
public record Language(
    String id,
    String name,
    List<String> extensions,
    @Nullable String version,
    @Nullable String unavailable,
    String policy,
    Limits limits,
    Limits ceilings,
    @Nullable Limits compileLimits) {
  public Language {
    extensions = List.copyOf(extensions);
  }
}
