package dev.stockade.server.access;

import java.util.Optional;

/** Knows who shows a token. */
@FunctionalInterface
public interface Callers {
  /** Whose token it is; empty when it is nobody's. Never blocks. */
  Optional<Caller> find(String token);
}
