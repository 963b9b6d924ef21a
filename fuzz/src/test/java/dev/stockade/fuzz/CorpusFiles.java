package dev.stockade.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The files of {@code fuzz/corpus}, from the class path. */
public final class CorpusFiles {
  private CorpusFiles() {}

  private static Path root() {
    URL url = Objects.requireNonNull(CorpusFiles.class.getResource("/corpus/attacks"));
    try {
      return Objects.requireNonNull(Path.of(url.toURI()).getParent());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether there is such a file. */
  public static boolean exists(String name) {
    return Files.isRegularFile(root().resolve(name));
  }

  public static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(root().resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of the files in a folder, in order. */
  public static List<String> in(String folder) {
    try (Stream<Path> files = Files.list(root().resolve(folder))) {
      return files.map(file -> folder + "/" + file.getFileName()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
