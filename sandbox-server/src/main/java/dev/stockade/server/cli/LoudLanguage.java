package dev.stockade.server.cli;

import dev.stockade.server.job.Language;
import dev.stockade.server.job.LanguageJob;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A language whose programs are heard while they run, and whose compiler is waited for. */
record LoudLanguage(Language language, RunSession session) implements Language {
  @Override
  public String id() {
    return language.id();
  }

  @Override
  public String name() {
    return language.name();
  }

  @Override
  public List<String> extensions() {
    return language.extensions();
  }

  @Override
  public Availability availability() {
    return language.availability();
  }

  @Override
  public String policy() {
    return language.policy();
  }

  @Override
  public Optional<String> compilePolicy() {
    return language.compilePolicy();
  }

  @Override
  public Optional<Step> compile(LanguageJob job) {
    Optional<Step> step = language.compile(job);
    if (step.isPresent()) {
      session.startWaiting("compiling " + (job.sourceName() == null ? id() : job.sourceName()));
    }
    return step;
  }

  @Override
  public Step run(LanguageJob job, Map<String, byte[]> compiled) {
    Step step = language.run(job, compiled);
    session.endWaiting();
    return new Step(step.policy(), session.loud(step.request()));
  }
}
