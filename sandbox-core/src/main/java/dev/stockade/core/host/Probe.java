package dev.stockade.core.host;

/** Finds out about one feature. Changes nothing on the host. */
interface Probe {
  Finding look(Host host);
}
