package dev.stockade.server.callback;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who may be told of jobs' ends. */
public final class CallbackTargets {
  /** Longest URL. */
  public static final int MOST_CHARACTERS = 2048;

  /** Nobody is refused: of a request that was accepted before. */
  public static final CallbackTargets ACCEPTED = new CallbackTargets(Set.of(), Set.of(), true);

  private final Set<CallbackOrigin> open;
  private final Set<CallbackOrigin> inside;
  private final boolean any;

  /**
   * @param open told at public addresses
   * @param inside told wherever they are
   */
  public CallbackTargets(Set<CallbackOrigin> open, Set<CallbackOrigin> inside) {
    this(open, inside, false);
  }

  private CallbackTargets(Set<CallbackOrigin> open, Set<CallbackOrigin> inside, boolean any) {
    this.open = Set.copyOf(open);
    this.inside = Set.copyOf(inside);
    this.any = any;
  }

  /** Whether nobody is told anything. */
  public boolean isEmpty() {
    return open.isEmpty() && inside.isEmpty();
  }

  /** Why this URL is not told; {@code null} when it is. Looks nothing up. */
  public @Nullable String faultOf(String url) {
    if (any) {
      return null;
    }
    if (isEmpty()) {
      return "is of no use: this server makes no callbacks (serve --callbacks-to)";
    }
    if (url.length() > MOST_CHARACTERS) {
      return "has " + url.length() + " characters; it has at most " + MOST_CHARACTERS;
    }
    try {
      CallbackOrigin origin = CallbackOrigin.of(new URI(url));
      if (inside.contains(origin)) {
        return null;
      }
      if (!origin.address().map(PublicAddress::is).orElse(true)) {
        return "leads to an address that is not public";
      }
      return open.contains(origin) ? null : "leads to a host that this server does not call back";
    } catch (URISyntaxException e) {
      return "is not a URL";
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  /** Whether this address may be connected to for this origin. */
  boolean allows(CallbackOrigin origin, InetAddress address) {
    return inside.contains(origin) || (open.contains(origin) && PublicAddress.is(address));
  }
}
