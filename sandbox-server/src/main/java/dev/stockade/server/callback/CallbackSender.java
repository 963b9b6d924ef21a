package dev.stockade.server.callback;

import dev.stockade.server.store.DueCallback;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends one request to the address that was checked; reads of the answer only its status. */
final class CallbackSender {
  private final CallbackConfig config;
  private final Resolver resolver;
  private final HttpClient client;

  /**
   * @param options whom the client trusts
   */
  CallbackSender(Vertx vertx, CallbackConfig config, Resolver resolver, HttpClientOptions options) {
    this.config = config;
    this.resolver = resolver;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions(options)
                .setKeepAlive(false)
                .setConnectTimeout((int) config.schedule().requestTime().toMillis()));
  }

  /** No answer has come. */
  static final class UnansweredException extends Exception {
    private static final long serialVersionUID = 1L;

    UnansweredException(String reason) {
      super(reason);
    }
  }

  /**
   * Sends it. Blocks.
   *
   * @return the status of the answer; a redirection is one like others
   * @throws InterruptedException when the server ends
   */
  int send(DueCallback due, byte[] body) throws UnansweredException, InterruptedException {
    URI url = URI.create(due.url());
    CallbackOrigin origin = CallbackOrigin.of(url);
    InetAddress address = addressOf(origin);
    Duration time = config.schedule().requestTime();
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setServer(SocketAddress.inetSocketAddress(origin.port(), address.getHostAddress()))
            .setHost(origin.host())
            .setPort(origin.port())
            .setSsl(origin.https())
            .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery())
            .setFollowRedirects(false)
            .setTimeout(time.toMillis())
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
            .putHeader(HttpHeaders.USER_AGENT, "stockade")
            .putHeader("Stockade-Job", due.job().id())
            .putHeader("Stockade-Attempt", String.valueOf(due.attempt()))
            .putHeader(
                CallbackSignature.HEADER,
                CallbackSignature.of(config.secret(), Instant.now(), body));
    Future<Integer> status =
        client
            .request(options)
            .compose(
                request ->
                    request
                        .exceptionHandler(told -> {}) // by the future, unless we cut it off below
                        .send(Buffer.buffer(body))
                        .map(
                            response -> {
                              int code = response.statusCode();
                              response.exceptionHandler(cutOff -> {});
                              request.reset(); // whatever the body is
                              return code;
                            }));
    try {
      return status
          .toCompletionStage()
          .toCompletableFuture()
          .get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new UnansweredException(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      throw new UnansweredException("no answer within " + time.toMillis() + " ms");
    }
  }

  private InetAddress addressOf(CallbackOrigin origin) throws UnansweredException {
    InetAddress[] addresses;
    try {
      addresses =
          origin.address().isPresent()
              ? new InetAddress[] {origin.address().get()}
              : resolver.addressesOf(origin.host());
    } catch (UnknownHostException e) {
      throw new UnansweredException("the name is not known");
    }
    for (InetAddress address : addresses) {
      if (!config.targets().allows(origin, address)) {
        throw new UnansweredException(
            address.getHostAddress() + " is not an address that this server calls back");
      }
    }
    return addresses[0];
  }

  void close() {
    client.close().await();
  }
}
