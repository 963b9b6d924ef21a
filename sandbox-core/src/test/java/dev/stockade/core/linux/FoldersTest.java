package dev.stockade.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
  @TempDir private Path root;

  /** Regression: a cgroup of another server that went meanwhile ended the benchmark. */
  @Test
  void foldersThatGoMeanwhileDoNotMatter() throws Exception {
    Path stays = Files.createDirectories(root.resolve("a/stays"));
    AtomicBoolean over = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () -> {
              begun.countDown();
              while (!over.get()) {
                comeAndGo(root);
              }
            });
    begun.await();
    try {
      for (int i = 0; i < 1000; i++) {
        List<Path> found = Folders.below(root, 8);
        assertTrue(found.contains(stays), found::toString);
      }
    } finally {
      over.set(true);
      other.join();
    }
    assertEquals(List.of(root, stays.getParent(), stays), Folders.below(root, 8));
  }

  private static void comeAndGo(Path root) {
    try {
      for (int i = 0; i < 10; i++) {
        Files.createDirectories(root.resolve("b" + i + "/c"));
      }
      for (int i = 0; i < 10; i++) {
        Files.delete(root.resolve("b" + i + "/c"));
        Files.delete(root.resolve("b" + i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
