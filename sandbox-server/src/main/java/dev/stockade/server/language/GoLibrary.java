package dev.stockade.server.language;

import dev.stockade.core.RunRequest;
import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Go's standard library, compiled once in the sandbox and kept as the archive of a build cache.
 *
 * <p>Go ships its standard library as source. Without a cache {@code go build} compiles what a
 * program imports of it, some 60 packages for {@code fmt} alone: 10 s of CPU time instead of 0.1 s
 * on the machine where this was measured. The archive holds the packages that small programs
 * import; others are compiled with the job. Entries of a build cache are found by a hash of all
 * that went into them, so an archive that does not fit the toolchain costs time and changes
 * nothing.
 */
final class GoLibrary {
  private static final Logger log = LoggerFactory.getLogger(GoLibrary.class);

  private static final List<String> PACKAGES =
      List.of(
          "bufio bytes cmp container/heap container/list container/ring context",
          "crypto/md5 crypto/rand crypto/sha1 crypto/sha256 embed encoding/base64",
          "encoding/binary encoding/csv encoding/hex encoding/json errors flag fmt hash/crc32",
          "hash/fnv hash/maphash html io io/fs iter log maps math math/big math/bits math/cmplx",
          "math/rand math/rand/v2 os os/signal path path/filepath reflect regexp runtime",
          "runtime/debug slices sort strconv strings sync sync/atomic syscall text/tabwriter",
          "text/template time unicode unicode/utf16 unicode/utf8 unsafe");

  private final CacheFolder kept;
  private @Nullable String name;
  private byte @Nullable [] unkept;
  private SoftReference<byte[]> recent = new SoftReference<>(null);

  GoLibrary(CacheFolder kept) {
    this.kept = kept;
  }

  /** The archive; empty until it has been made. */
  synchronized Optional<byte[]> archive() {
    if (unkept != null) {
      return Optional.of(unkept);
    }
    byte[] archive = recent.get();
    if (archive == null && name != null) {
      archive = kept.read(name).orElse(null);
      recent = new SoftReference<>(archive);
    }
    return Optional.ofNullable(archive);
  }

  /** Takes an archive that an earlier process has kept for this toolchain, if there is one. */
  synchronized boolean find(Tool tool) {
    name = "go-library-" + key(tool) + ".tar";
    return archive().isPresent();
  }

  /** Makes the archive, which takes a while, unless it is there. */
  void make(Tool tool, RunRequest request, String archive, Preparing preparing) {
    if (find(tool)) {
      return;
    }
    RunResult result = preparing.run(request);
    byte[] made = result.files().get(archive);
    if (result.verdict() != Verdict.OK || made == null) {
      log.warn(
          "Go's standard library cannot be compiled ahead, every job will do it: {} {}",
          result.verdict(),
          new String(result.stderr().bytes(), StandardCharsets.UTF_8));
      return;
    }
    keep(made);
  }

  private synchronized void keep(byte[] made) {
    if (name != null && kept.write(name, made)) {
      recent = new SoftReference<>(made);
    } else {
      unkept = made;
    }
  }

  /** A program that imports what the archive shall hold. */
  static String importer() {
    StringBuilder source = new StringBuilder("package main\n\nimport (\n");
    for (String line : PACKAGES) {
      for (String path : line.split(" ")) {
        source.append("\t_ \"").append(path).append("\"\n");
      }
    }
    return source.append(")\n\nfunc main() {}\n").toString();
  }

  private static String key(Tool tool) {
    try {
      byte[] all = (tool.version() + importer()).getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(all);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
