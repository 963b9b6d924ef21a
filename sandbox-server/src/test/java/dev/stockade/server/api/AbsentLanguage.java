package dev.stockade.server.api;

import dev.stockade.server.job.Language;
import dev.stockade.server.job.LanguageJob;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A language whose toolchain is not there. */
record AbsentLanguage(String id, String reason) implements Language {
  @Override
  public String name() {
    return id;
  }

  @Override
  public List<String> extensions() {
    return List.of();
  }

  @Override
  public Availability availability() {
    return new Unavailable(reason);
  }

  @Override
  public String policy() {
    return "default";
  }

  @Override
  public Optional<String> compilePolicy() {
    return Optional.empty();
  }

  @Override
  public Optional<Step> compile(LanguageJob job) {
    throw new IllegalStateException(reason);
  }

  @Override
  public Step run(LanguageJob job, Map<String, byte[]> compiled) {
    throw new IllegalStateException(reason);
  }
}
