package dev.stockade.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenFileTest {
  private static final Instant NOW = Instant.parse("2026-11-25T08:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);

  @TempDir private Path folder;

  private Path path() {
    return folder.resolve("tokens");
  }

  private TokenFile file() {
    return new TokenFile(path());
  }

  @Test
  void tokenIsKeptAsItsDigestAndTheFileIsItsOwnersAlone() throws IOException {
    String token = file().create("judge", Role.SUBMIT, new TokenLimits(600, 50, 0), CLOCK);
    assertTrue(token.matches("stk_[A-Za-z0-9_-]{43}"), token);
    String text = Files.readString(path());
    assertFalse(text.contains(token.substring(4)), text);
    assertEquals(
        List.of(
            new ApiToken(
                "judge", Role.SUBMIT, TokenFile.digestOf(token), NOW, new TokenLimits(600, 50, 0))),
        file().read());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path())));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(path()), left.toList());
    }
  }

  @Test
  void tokensDiffer() {
    assertFalse(
        file()
            .create("a", Role.READ, TokenLimits.NONE, CLOCK)
            .equals(file().create("b", Role.READ, TokenLimits.NONE, CLOCK)));
    assertEquals(List.of("a", "b"), file().read().stream().map(ApiToken::name).toList());
  }

  @Test
  void nameIsThereOnce() {
    file().create("judge", Role.READ, TokenLimits.NONE, CLOCK);
    assertEquals(
        path() + " has a token of the name judge already; revoke it, or choose another name",
        messageOf(() -> file().create("judge", Role.ADMIN, TokenLimits.NONE, CLOCK)));
  }

  @Test
  void revokedTokenIsGone() {
    file().create("a", Role.READ, TokenLimits.NONE, CLOCK);
    file().create("b", Role.READ, TokenLimits.NONE, CLOCK);
    file().revoke("a");
    assertEquals(List.of("b"), file().read().stream().map(ApiToken::name).toList());
    assertEquals(path() + " has no token of the name a", messageOf(() -> file().revoke("a")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      textBlock =
          """
          []|is not a file of tokens: no JSON object with tokens
          {}|is not a file of tokens: tokens is missing
          {"tokens":{}}|is not a file of tokens: no JSON object with tokens
          {"tokens":[7]}|: tokens[0] is no object
          {"tokens":[{"name":"a","token":"x"}]}|: tokens[0].token is not a key of a token
          {"tokens":[{"name":"a"}]}|: tokens[0].role: is submit, read or admin
          {"tokens":[{"name":"a","role":"read","createdAt":"2026-11-25T08:00:00Z","unfinishedJobs":"x"}]}|: tokens[0] has a value of the wrong kind
          {"tokens":[{"name":"a","role":"root"}]}|: tokens[0].role: is submit, read or admin
          {"tokens":[{"name":"a","role":"read","createdAt":"now"}]}|: tokens[0].createdAt: is not a time as 2026-11-25T08:00:00Z
          {"tokens":[{"name":"a","role":"read","createdAt":"2026-11-25T08:00:00Z","sha256":"x"}]}|: tokens[0].sha256: is 64 hexadecimal digits
          """)
  void whatIsNoFileOfTokensIsRefused(String text, String problem) throws IOException {
    Files.writeString(path(), text);
    String message = messageOf(() -> file().read());
    assertEquals(path() + (problem.startsWith(":") ? "" : " ") + problem, message);
  }

  @ParameterizedTest
  @CsvSource({"a b,0,0,name", "'',0,0,name", "a,-1,0,requestsPerMinute", "a,0,-1,unfinishedJobs"})
  void badTokensAreNotMade(String name, int rate, int jobs, String field) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> file().create(name, Role.READ, new TokenLimits(rate, jobs, 0), CLOCK));
    assertTrue(String.valueOf(e.getMessage()).startsWith(field + ": "), e.getMessage());
    assertFalse(Files.exists(path()));
  }

  private static String messageOf(org.junit.jupiter.api.function.Executable action) {
    return String.valueOf(assertThrows(TokenFileException.class, action).getMessage());
  }

  @Test
  void changesAreSeenAndUsedLimitsAreKept() throws IOException {
    String first = file().create("first", Role.READ, new TokenLimits(1, 0, 0), CLOCK);
    try (LiveTokens live = new LiveTokens(file())) {
      Caller caller = live.find(first).orElseThrow();
      assertEquals("first", caller.name());
      assertEquals(Duration.ZERO, caller.request());
      String second = file().create("second", Role.ADMIN, TokenLimits.NONE, CLOCK);
      live.refresh();
      assertEquals("second", live.find(second).orElseThrow().name());
      assertTrue(live.find(first).orElseThrow() == caller, "the same, with what it has used");
      file().revoke("first");
      live.refresh();
      assertEquals(Optional.empty(), live.find(first));
      Files.writeString(path(), "damaged");
      live.refresh();
      assertEquals(Optional.empty(), live.find(second), "fail closed");
      Files.delete(path());
      live.refresh();
      assertEquals(Optional.empty(), live.find(second));
      String third = file().create("third", Role.READ, TokenLimits.NONE, CLOCK);
      live.refresh();
      assertEquals("third", live.find(third).orElseThrow().name());
    }
  }

  @Test
  void rateComesBackWithTime() {
    AtomicLong nanos = new AtomicLong(5);
    Caller caller =
        new Caller(
            new ApiToken("a", Role.READ, "0".repeat(64), NOW, new TokenLimits(2, 0, 0)),
            nanos::get);
    assertEquals(Duration.ZERO, caller.request());
    assertEquals(Duration.ZERO, caller.request());
    assertEquals(Duration.ofSeconds(30), caller.request());
    nanos.addAndGet(Duration.ofSeconds(29).toNanos());
    assertFalse(caller.request().isZero());
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertEquals(Duration.ZERO, caller.request());
    nanos.addAndGet(Duration.ofHours(1).toNanos());
    assertEquals(Duration.ZERO, caller.request());
    assertEquals(Duration.ZERO, caller.request());
    assertFalse(caller.request().isZero(), "no more than a minute's worth is saved up");
  }
}
