package dev.stockade.server.cli;

import picocli.CommandLine.IVersionProvider;

/** Which Stockade this is, and on which Java. */
final class Version implements IVersionProvider {
  private static final String UNPACKED = "(classes not packed in a jar)";

  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "stockade " + (version == null ? UNPACKED : version),
      "Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
    };
  }
}
