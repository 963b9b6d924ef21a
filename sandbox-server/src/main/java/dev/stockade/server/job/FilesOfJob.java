package dev.stockade.server.job;

import dev.stockade.core.Content;
import dev.stockade.server.judge.TestCase;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which stored files a job refers to. */
public final class FilesOfJob {
  private final Set<String> found = new LinkedHashSet<>();

  private FilesOfJob() {}

  /** Their hashes. */
  public static Set<String> of(JobRequest request) {
    FilesOfJob files = new FilesOfJob();
    files.add(request.input());
    if (request instanceof TestedJob tested) {
      for (TestCase test : tested.suite().scoring().tests()) {
        files.add(test.stdin());
        files.add(test.expected());
      }
      if (tested.suite().judge() instanceof OutputJudge.Program checker) {
        files.add(checker.program().input());
      }
      LanguageJob interactor = tested.suite().interactor();
      if (interactor != null) {
        files.add(interactor.input());
      }
    }
    if (request instanceof LinkedJob linked) {
      linked.programs().forEach(one -> files.add(one.program().input()));
    }
    return files.found;
  }

  private void add(JobInput input) {
    add(input.stdin());
    input.files().values().forEach(file -> add(file.content()));
  }

  /** The file of a stored content is named by its hash. */
  private void add(Content content) {
    if (content instanceof Content.InFile file) {
      found.add(String.valueOf(file.path().getFileName()));
    }
  }
}
