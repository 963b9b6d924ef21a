package dev.stockade.server.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** Hangs up on clients that take nothing. */
final class CutOff {
  private CutOff() {}

  /**
   * Resets the connection. Vert.x's own handler would first wait until all is written, which here
   * will never be, so the order begins below it; and the kernel is told not to try on either.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for what it hangs up on
  static void reset(HttpConnection connection) {
    Channel channel = ((ConnectionBase) connection).channel();
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel.pipeline().firstContext().close();
  }
}
