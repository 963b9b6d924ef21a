package dev.stockade.server.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.stockade.server.files.FileLimits;
import dev.stockade.server.files.FileOrigin;
import dev.stockade.server.files.FileStore;
import dev.stockade.server.files.LocalFiles;
import dev.stockade.server.files.SharedFiles;
import dev.stockade.server.files.TemporaryFolder;
import dev.stockade.server.job.JobStore.Retention;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** Opens what holds accepted jobs. */
public final class Stores {
  /** How long a server that has died keeps its jobs from others. */
  public static final Duration LEASE = Duration.ofSeconds(30);

  /** Threads that may use the store at one time. */
  public static final int CONNECTIONS = 8;

  /** Enough for those that store files, and for others beside them. */
  private static final int FILE_CONNECTIONS = SqlFiles.MOST_ADDED + 5;

  private static final Duration CONNECT_TIME = Duration.ofSeconds(5);

  /**
   * Libraries that tell the log of every start; held, because a logger that nobody holds forgets.
   */
  private static final List<Logger> TALKERS =
      Stream.of("com.zaxxer.hikari", "org.flywaydb").map(Logger::getLogger).toList();

  static {
    TALKERS.forEach(logger -> logger.setLevel(Level.WARNING));
  }

  private Stores() {}

  /** Opens a store that keeps results as it is told. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Opens it; the caller has to close it.
     *
     * @throws StoreRefusedException when it cannot be used as configured
     */
    JobQueue open(Retention retention);

    /**
     * Opens what goes with it for stored files, after {@link #open}; the caller has to close it
     * first. Here it is in a temporary folder, and ends with the server.
     *
     * @throws StoreRefusedException when it cannot be used
     */
    default FileStore openFiles(FileLimits limits) {
      return refusing(() -> LocalFiles.temporary(limits));
    }

    /**
     * Opens a folder for what the server unpacks for itself, after {@link #open}; the caller has to
     * close it. When the server is killed, the next one removes it.
     *
     * @throws StoreRefusedException when it cannot be used
     */
    default TemporaryFolder openTemporary() {
      return temporaryIn(Path.of(System.getProperty("java.io.tmpdir")));
    }
  }

  private record InFolder(Path path) implements Opener {
    @Override
    public JobQueue open(Retention retention) {
      return inFolder(path, LEASE, retention);
    }

    @Override
    public FileStore openFiles(FileLimits limits) {
      Path folder = path.toAbsolutePath().resolve("files");
      return refusing(() -> LocalFiles.open(folder, limits));
    }

    @Override
    public TemporaryFolder openTemporary() {
      return temporaryIn(path.toAbsolutePath());
    }
  }

  private record InPostgresql(String url, Path copies) implements Opener {
    @Override
    public JobQueue open(Retention retention) {
      return inPostgresql(url, LEASE, retention);
    }

    @Override
    public FileStore openFiles(FileLimits limits) {
      return refusing(() -> SharedFiles.open(filesInPostgresql(url, limits), copies, limits));
    }

    @Override
    public TemporaryFolder openTemporary() {
      return temporaryIn(copies);
    }
  }

  private static TemporaryFolder temporaryIn(Path parent) {
    return refusing(() -> TemporaryFolder.make(parent));
  }

  private static <T> T refusing(Supplier<T> open) {
    try {
      return open.get();
    } catch (UncheckedIOException e) {
      throw new StoreRefusedException(e.getMessage() + ": " + e.getCause(), e);
    }
  }

  /** Jobs in memory, which end with the server. */
  public static JobQueue inMemory(Retention retention) {
    return new MemoryQueue(retention, LEASE, InstantSource.system());
  }

  /** Jobs in a folder of this server alone. */
  public static Opener inFolder(Path path) {
    return new InFolder(path);
  }

  static JobQueue inFolder(Path path, Duration lease, Retention retention) {
    DataFolder folder = DataFolder.take(path);
    try {
      return sqlite(folder, lease, retention);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static JobQueue sqlite(DataFolder folder, Duration lease, Retention retention) {
    // The driver unpacks its native library: where nobody else can replace it.
    if (System.getProperty("org.sqlite.tmpdir") == null) {
      System.setProperty("org.sqlite.tmpdir", folder.folder("native").toString());
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL); // fsync before commit returns
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + folder.file("jobs.db"));
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("jobs");
    pool.setDataSource(source);
    pool.setMaximumPoolSize(1); // SQLite has one writer
    pool.setConnectionTimeout(Duration.ofSeconds(60).toMillis());
    HikariDataSource connections = open(pool, "the data folder");
    SqlQueue queue =
        new SqlQueue(
            new Sql(connections),
            Dialect.SQLITE,
            retention,
            lease,
            InstantSource.system(),
            false,
            () -> {
              connections.close();
              folder.close();
            });
    try {
      Migrations.run(connections, Dialect.SQLITE, "the data folder");
      queue.takeOverAll();
    } catch (RuntimeException e) {
      connections.close();
      throw e;
    }
    return queue;
  }

  /**
   * Jobs and files in a PostgreSQL that servers share.
   *
   * @param url as {@code jdbc:postgresql://HOST/DATABASE?user=NAME}
   * @param copies folder in which a temporary one is made for copies of files
   */
  public static Opener inPostgresql(String url, Path copies) {
    return new InPostgresql(url, copies);
  }

  static JobQueue inPostgresql(String url, Duration lease, Retention retention) {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new StoreRefusedException(
          "--database is a URL such as jdbc:postgresql://HOST/DATABASE?user=NAME");
    }
    HikariDataSource connections = postgresql(url, "jobs", CONNECTIONS);
    try {
      Migrations.run(connections, Dialect.POSTGRESQL, "the database");
    } catch (RuntimeException e) {
      connections.close();
      throw e;
    }
    return new SqlQueue(
        new Sql(connections),
        Dialect.POSTGRESQL,
        retention,
        lease,
        InstantSource.system(),
        true,
        connections::close);
  }

  /**
   * Files of a database that {@link #inPostgresql(String, Duration, Retention)} has been opened
   * for.
   */
  static FileOrigin filesInPostgresql(String url, FileLimits limits) {
    HikariDataSource connections = postgresql(url, "files", FILE_CONNECTIONS);
    return new SqlFiles(new Sql(connections), limits, connections::close);
  }

  private static HikariDataSource postgresql(String url, String name, int most) {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName(name);
    pool.setJdbcUrl(url);
    pool.setMaximumPoolSize(most);
    pool.setConnectionTimeout(CONNECT_TIME.toMillis());
    pool.addDataSourceProperty("tcpKeepAlive", "true");
    pool.addDataSourceProperty("socketTimeout", "30"); // seconds
    return open(pool, "the database");
  }

  private static HikariDataSource open(HikariConfig pool, String name) {
    try {
      return new HikariDataSource(pool);
    } catch (PoolInitializationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new StoreRefusedException(name + " cannot be opened: " + cause.getMessage(), e);
    }
  }
}
