package dev.stockade.server.access;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * A file of tokens: JSON, readable by its owner alone, replaced as a whole by each change.
 *
 * <p>Who may write it decides who may use the server; it holds nothing that could be sent to one.
 */
public final class TokenFile {
  private static final String PREFIX = "stk_";
  private static final int TOKEN_BYTES = 32;
  private static final Set<String> KEYS =
      Set.of(
          "name",
          "role",
          "sha256",
          "createdAt",
          "requestsPerMinute",
          "unfinishedJobs",
          "storedBytes");

  private final Path path;

  public TokenFile(Path path) {
    this.path = path;
  }

  public Path path() {
    return path;
  }

  /** The digest under which a token is kept. */
  static String digestOf(String token) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * The tokens, in the order in which they were made.
   *
   * @throws TokenFileException when the file is not there, or is not one
   */
  public List<ApiToken> read() {
    String text;
    try {
      text = Files.readString(path, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new TokenFileException(path + " does not exist; ./stockade token create makes it");
    } catch (IOException e) {
      throw new TokenFileException(path + " cannot be read: " + e);
    }
    JsonArray list;
    try {
      list = new JsonObject(text).getJsonArray("tokens");
    } catch (DecodeException | ClassCastException e) {
      throw new TokenFileException(path + " is not a file of tokens: no JSON object with tokens");
    }
    if (list == null) {
      throw new TokenFileException(path + " is not a file of tokens: tokens is missing");
    }
    List<ApiToken> tokens = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      ApiToken token = token(list.getValue(i), path + ": tokens[" + i + "]");
      if (!names.add(token.name())) {
        throw new TokenFileException(path + ": tokens[" + i + "].name: is there twice");
      }
      tokens.add(token);
    }
    return List.copyOf(tokens);
  }

  private static ApiToken token(Object value, String place) {
    if (!(value instanceof JsonObject json)) {
      throw new TokenFileException(place + " is no object");
    }
    for (String key : json.fieldNames()) {
      if (!KEYS.contains(key)) {
        throw new TokenFileException(place + "." + key + " is not a key of a token");
      }
    }
    try {
      String role = json.getString("role", "");
      return new ApiToken(
          json.getString("name", ""),
          Role.of(role)
              .orElseThrow(() -> new IllegalArgumentException("role: is submit, read or admin")),
          json.getString("sha256", ""),
          Instant.parse(json.getString("createdAt", "")),
          new TokenLimits(
              json.getInteger("requestsPerMinute", 0),
              json.getInteger("unfinishedJobs", 0),
              json.getLong("storedBytes", 0L)));
    } catch (DateTimeException e) {
      throw new TokenFileException(place + ".createdAt: is not a time as 2026-11-25T08:00:00Z");
    } catch (IllegalArgumentException e) {
      throw new TokenFileException(place + "." + e.getMessage());
    } catch (ClassCastException e) {
      throw new TokenFileException(place + " has a value of the wrong kind");
    }
  }

  /**
   * Makes a token, and the file if it is not there.
   *
   * @return the token, which is nowhere else
   * @throws TokenFileException when the name is taken, or the file cannot be read or written
   */
  public String create(String name, Role role, TokenLimits limits, InstantSource clock) {
    List<ApiToken> tokens = Files.exists(path) ? new ArrayList<>(read()) : new ArrayList<>();
    if (tokens.stream().anyMatch(token -> token.name().equals(name))) {
      throw new TokenFileException(
          path
              + " has a token of the name "
              + name
              + " already; revoke it, or choose another name");
    }
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    tokens.add(new ApiToken(name, role, digestOf(token), clock.instant(), limits));
    write(tokens);
    return token;
  }

  /**
   * Takes a token away.
   *
   * @throws TokenFileException when there is none of this name
   */
  public void revoke(String name) {
    List<ApiToken> tokens = new ArrayList<>(read());
    if (!tokens.removeIf(token -> token.name().equals(name))) {
      throw new TokenFileException(path + " has no token of the name " + name);
    }
    write(tokens);
  }

  private void write(List<ApiToken> tokens) {
    JsonArray list = new JsonArray();
    for (ApiToken token : tokens) {
      list.add(
          new JsonObject()
              .put("name", token.name())
              .put("role", token.role().word())
              .put("sha256", token.sha256())
              .put("createdAt", token.createdAt().toString())
              .put("requestsPerMinute", token.limits().requestsPerMinute())
              .put("unfinishedJobs", token.limits().unfinishedJobs())
              .put("storedBytes", token.limits().storedBytes()));
    }
    String text = new JsonObject().put("tokens", list).encodePrettily() + "\n";
    try {
      Path target = path.toAbsolutePath();
      Path folder = target.getParent();
      if (folder == null) {
        throw new TokenFileException(path + " is not the name of a file");
      }
      Path fresh =
          Files.createTempFile(
              folder,
              ".tokens",
              "",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        Files.writeString(fresh, text);
        Files.move(
            fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw new TokenFileException(path + " cannot be written: " + e);
    }
  }
}
