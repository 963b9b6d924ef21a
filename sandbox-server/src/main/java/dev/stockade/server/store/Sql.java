package dev.stockade.server.store;

import dev.stockade.server.job.StoreUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Statements with their arguments, each a transaction of its own unless it is said otherwise. */
final class Sql {
  private final DataSource source;

  Sql(DataSource source) {
    this.source = source;
  }

  /** Makes something of a row. */
  @FunctionalInterface
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Statements by one connection. */
  static final class Session {
    private final Connection connection;

    private Session(Connection connection) {
      this.connection = connection;
    }

    /**
     * Changes rows.
     *
     * @return how many
     */
    int update(String statement, @Nullable Object... arguments) {
      try (PreparedStatement prepared = connection.prepareStatement(statement)) {
        bind(prepared, arguments);
        return prepared.executeUpdate();
      } catch (SQLException e) {
        throw new StoreUnavailableException(e);
      }
    }

    /** Reads rows, also those that a statement returns that changes them. */
    <T> List<T> query(RowReader<T> reader, String statement, @Nullable Object... arguments) {
      try (PreparedStatement prepared = connection.prepareStatement(statement)) {
        bind(prepared, arguments);
        List<T> read = new ArrayList<>();
        try (ResultSet rows = prepared.executeQuery()) {
          while (rows.next()) {
            read.add(reader.read(rows));
          }
        }
        return read;
      } catch (SQLException e) {
        throw new StoreUnavailableException(e);
      }
    }
  }

  /**
   * Changes rows.
   *
   * @return how many
   */
  int update(String statement, @Nullable Object... arguments) {
    try (Connection connection = source.getConnection()) {
      return new Session(connection).update(statement, arguments);
    } catch (SQLException e) {
      throw new StoreUnavailableException(e);
    }
  }

  /** Reads rows, also those that a statement returns that changes them. */
  <T> List<T> query(RowReader<T> reader, String statement, @Nullable Object... arguments) {
    try (Connection connection = source.getConnection()) {
      return new Session(connection).query(reader, statement, arguments);
    } catch (SQLException e) {
      throw new StoreUnavailableException(e);
    }
  }

  /** Does statements as one transaction: all of them, or none where something is thrown. */
  <T> T transaction(Function<Session, T> statements) {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = statements.apply(new Session(connection));
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw new StoreUnavailableException(e);
    }
  }

  /**
   * Adds rows by one statement with these arguments each: all of them, or none where one fails.
   *
   * @param then done with them, when all were added
   */
  boolean insertAll(String statement, List<@Nullable Object[]> rows, Consumer<Session> then) {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement prepared = connection.prepareStatement(statement)) {
        for (Object[] row : rows) {
          bind(prepared, row);
          if (prepared.executeUpdate() != 1) {
            connection.rollback();
            return false;
          }
        }
        then.accept(new Session(connection));
        connection.commit();
        return true;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw new StoreUnavailableException(e);
    }
  }

  private static void bind(PreparedStatement statement, @Nullable Object... arguments)
      throws SQLException {
    for (int i = 0; i < arguments.length; i++) {
      Object argument = arguments[i];
      if (argument == null) {
        statement.setNull(i + 1, Types.NULL);
      } else if (argument instanceof String text) {
        statement.setString(i + 1, text);
      } else if (argument instanceof Integer number) {
        statement.setInt(i + 1, number);
      } else if (argument instanceof Long number) {
        statement.setLong(i + 1, number);
      } else if (argument instanceof byte[] bytes) {
        statement.setBytes(i + 1, bytes);
      } else {
        throw new IllegalArgumentException("no argument of a statement: " + argument.getClass());
      }
    }
  }
}
