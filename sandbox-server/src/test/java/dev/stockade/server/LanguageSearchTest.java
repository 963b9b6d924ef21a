package dev.stockade.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.job.Language;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.NotReadyException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LanguageSearchTest {
  private final LanguageSearch languages = new LanguageSearch();
  private final CompletableFuture<Languages> search = new CompletableFuture<>();
  private final CompletableFuture<Languages> announced = new CompletableFuture<>();

  private String whyNot() {
    return String.valueOf(
        assertThrows(NotReadyException.class, () -> languages.find("c")).getMessage());
  }

  @Test
  void languagesAreKnownOnceTheyAreFound() throws Exception {
    assertEquals("the toolchains of this host are being looked for", whyNot());
    languages.start(search::join, announced::complete);
    assertEquals("the toolchains of this host are being looked for", whyNot());
    assertFalse(languages.whenSearched().toCompletableFuture().isDone());
    Languages found = List::of;
    search.complete(found);
    assertSame(found, announced.get(120, TimeUnit.SECONDS));
    assertEquals(List.of(), languages.all());
    languages.whenSearched().toCompletableFuture().get(120, TimeUnit.SECONDS);
  }

  @Test
  void searchThatFailsSaysWhy() throws Exception {
    languages.close();
    languages.start(
        () -> {
          throw new IllegalStateException("no sandbox");
        },
        announced::complete);
    String failed = "the toolchains of this host could not be looked for: no sandbox";
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!whyNot().equals(failed)) {
      assertTrue(System.nanoTime() < end, this::whyNot);
      Thread.sleep(5);
    }
    languages.whenSearched().toCompletableFuture().get(120, TimeUnit.SECONDS);
    assertTrue(!announced.isDone());
  }

  @Test
  void closingEndsWhatIsDoneInTheBackgroundForTheLanguagesFound() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    search.complete(new ClosableLanguages(closed));
    languages.start(search::join, announced::complete);
    announced.get(120, TimeUnit.SECONDS);
    assertEquals(1, closed.getCount());
    languages.close();
    assertEquals(0, closed.getCount());
  }

  @Test
  void languagesFoundAfterTheEndAreClosedAndNotAnnounced() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    languages.start(search::join, announced::complete);
    languages.close();
    search.complete(new ClosableLanguages(closed));
    assertTrue(closed.await(120, TimeUnit.SECONDS));
    assertTrue(!announced.isDone());
  }

  @Test
  void nobodyWaitsForTheSearchOfAServerThatEnds() throws Exception {
    languages.start(search::join, announced::complete);
    languages.close();
    languages.whenSearched().toCompletableFuture().get(120, TimeUnit.SECONDS);
    assertEquals("the toolchains of this host are being looked for", whyNot());
  }

  private record ClosableLanguages(CountDownLatch closed) implements Languages {
    @Override
    public List<Language> all() {
      return List.of();
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
