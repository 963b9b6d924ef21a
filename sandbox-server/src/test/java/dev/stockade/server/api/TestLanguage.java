package dev.stockade.server.api;

import dev.stockade.server.job.Language;
import dev.stockade.server.job.LanguageJob;
import dev.stockade.server.job.Languages;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A language that can be listed and asked for; its steps are never taken. */
record TestLanguage(
    String id, String name, String extension, Availability availability, boolean compiled)
    implements Language {
  /** An interpreted, a compiled and a missing one. */
  static final Languages ALL =
      () ->
          List.of(
              new TestLanguage("python", "Python", ".py", new Available("3.11"), false),
              new TestLanguage("cpp", "C++", ".cpp", new Available("12.2"), true),
              new TestLanguage(
                  "rust", "Rust", ".rs", new Unavailable("rustc is not installed"), true));

  @Override
  public List<String> extensions() {
    return List.of(extension);
  }

  @Override
  public String policy() {
    return id;
  }

  @Override
  public Optional<String> compilePolicy() {
    return compiled ? Optional.of(id + "-compile") : Optional.empty();
  }

  @Override
  public Optional<Step> compile(LanguageJob job) {
    throw new AssertionError("no step is taken here");
  }

  @Override
  public Step run(LanguageJob job, Map<String, byte[]> compiled) {
    throw new AssertionError("no step is taken here");
  }
}
