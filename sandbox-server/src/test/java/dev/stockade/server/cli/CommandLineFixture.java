package dev.stockade.server.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A command line without a process: what goes in, what comes out. */
final class CommandLineFixture {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private byte[] stdin = {};

  CommandLineFixture stdin(byte[] bytes) {
    stdin = bytes.clone();
    return this;
  }

  int execute(String... arguments) {
    return new Cli(
            new Streams(new ByteArrayInputStream(stdin), out, err, false, false, false, false))
        .execute(List.of(arguments));
  }

  byte[] outBytes() {
    return out.toByteArray();
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
