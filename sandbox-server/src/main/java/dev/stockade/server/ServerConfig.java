package dev.stockade.server;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.server.files.FileLimits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Everything about the server that can be set; its only place.
 *
 * @param host name or address to listen on
 * @param port TCP port; 0 takes a free one
 * @param tokens file of the tokens of which clients must show one; empty only on loopback
 * @param workers jobs that run at one time
 * @param queueCapacity jobs that may wait for a worker
 * @param maxBody largest request body
 * @param maxHeldInput all request bodies together, from their first byte until their job has ended
 * @param bodyTime time for a request body to arrive
 * @param maxWait longest {@code ?wait=}
 * @param drainTime time for accepted jobs to end after SIGTERM
 * @param finishedJobs finished jobs kept at most
 * @param finishedAge time for which finished jobs are kept at most
 * @param finishedBytes output of all finished jobs kept at most
 * @param compileCache what compilers made, kept at most; 0 keeps nothing
 * @param files how much clients may store for their jobs
 * @param edge how clients reach it
 */
public record ServerConfig(
    String host,
    int port,
    Optional<Path> tokens,
    int workers,
    int queueCapacity,
    ByteSize maxBody,
    ByteSize maxHeldInput,
    Duration bodyTime,
    Duration maxWait,
    Duration drainTime,
    int finishedJobs,
    Duration finishedAge,
    ByteSize finishedBytes,
    ByteSize compileCache,
    FileLimits files,
    EdgeConfig edge) {
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  public ServerConfig {
    require(port >= 0 && port <= 65_535, "--port", "is 0 to 65535");
    require(workers >= 1 && workers <= 1024, "--workers", "is 1 to 1024");
    require(queueCapacity >= 1 && queueCapacity <= 1_000_000, "--queue", "is 1 to 1000000");
    require(
        maxBody.bytes() >= 1024 && maxBody.bytes() <= 1L << 30, "--max-body", "is 1KiB to 1GiB");
    require(maxHeldInput.compareTo(maxBody) >= 0, "--max-held-input", "is at least one --max-body");
    require(positive(bodyTime), "--body-time", "is more than zero");
    require(
        positive(maxWait) && maxWait.compareTo(LONGEST_WAIT) <= 0,
        "--max-wait",
        "is more than zero, and at most 1h");
    require(!drainTime.isNegative(), "--drain-time", "is zero or more");
    require(finishedJobs >= 1, "--keep-jobs", "is 1 or more");
    require(positive(finishedAge), "--keep-for", "is more than zero");
    require(files.largest().bytes() >= 1, "--max-file", "is 1B or more");
    require(
        files.total().compareTo(files.largest()) >= 0, "--max-files", "is at least one --max-file");
    require(files.keep().compareTo(FileLimits.SHORTEST_KEEP) >= 0, "--keep-files", "is 1m or more");
  }

  /** One worker per processor, on 127.0.0.1:8080. */
  public static ServerConfig defaults() {
    long heap = Runtime.getRuntime().maxMemory();
    ByteSize maxBody = ByteSize.ofMebibytes(16);
    return new ServerConfig(
        "127.0.0.1",
        8080,
        Optional.empty(),
        Runtime.getRuntime().availableProcessors(),
        256,
        maxBody,
        ByteSize.ofBytes(Math.max(maxBody.bytes(), heap / 8)),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(30),
        10_000,
        Duration.ofHours(1),
        ByteSize.ofBytes(heap / 8),
        ByteSize.ofBytes(heap / 16),
        FileLimits.defaults(),
        EdgeConfig.PLAIN);
  }

  /** The same on another port. */
  public ServerConfig withPort(int other) {
    return new ServerConfig(
        host,
        other,
        tokens,
        workers,
        queueCapacity,
        maxBody,
        maxHeldInput,
        bodyTime,
        maxWait,
        drainTime,
        finishedJobs,
        finishedAge,
        finishedBytes,
        compileCache,
        files,
        edge);
  }

  /**
   * The address to listen on. Blocks while the name is looked up.
   *
   * @throws ConfigException when there is none, or when others could reach it and there are no
   *     tokens
   */
  public InetAddress bindAddress() {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new ConfigException("--host " + host + " is not a name or address known here");
    }
    if (!address.isLoopbackAddress() && tokens.isEmpty()) {
      throw new ConfigException(
          "--host "
              + host
              + " can be reached by others: give --tokens FILE (./stockade token create makes one), or"
              + " listen on 127.0.0.1");
    }
    return address;
  }

  private static boolean positive(Duration duration) {
    return !duration.isZero() && !duration.isNegative();
  }

  private static void require(boolean holds, String option, String rule) {
    if (!holds) {
      throw new ConfigException(option + " " + rule);
    }
  }
}
