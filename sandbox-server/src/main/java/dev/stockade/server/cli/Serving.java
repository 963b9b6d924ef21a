package dev.stockade.server.cli;

import dev.stockade.server.ServeCommand;
import dev.stockade.server.job.PolicyCatalog;
import dev.stockade.server.language.HostLanguages;

/** Puts {@code stockade serve} together. */
final class Serving {
  private Serving() {}

  static ServeCommand command(Streams streams) {
    PolicyCatalog policies = PolicyCatalog.shipped();
    return new ServeCommand(
        streams.text(), policies, sandboxes -> HostLanguages.find(policies, sandboxes::run));
  }
}
