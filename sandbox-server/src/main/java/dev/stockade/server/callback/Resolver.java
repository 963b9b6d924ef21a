package dev.stockade.server.callback;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Looks up names. */
@FunctionalInterface
interface Resolver {
  /** All addresses of a name. May block. */
  InetAddress[] addressesOf(String host) throws UnknownHostException;
}
