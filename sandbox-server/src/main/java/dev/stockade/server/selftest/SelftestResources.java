package dev.stockade.server.selftest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The files that are shipped with the selftest. */
final class SelftestResources {
  static final String FOLDER = "dev/stockade/selftest/";

  private SelftestResources() {}

  static byte[] bytes(String name) {
    try (InputStream stream = SelftestResources.class.getResourceAsStream("/" + FOLDER + name)) {
      if (stream == null) {
        throw new IllegalStateException(FOLDER + name + " is not on the class path");
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
