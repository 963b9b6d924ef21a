package dev.stockade.server.api;

import static dev.stockade.server.api.ServerFixture.command;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.server.ConfigException;
import dev.stockade.server.EdgeConfig;
import dev.stockade.server.api.ServerFixture.Options;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS with a certificate of the JDK's keytool. */
class TlsTest {
  @TempDir private Path folder;

  /** Makes a certificate and its key. */
  private EdgeConfig.Tls tls(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                store.toString())
            .inheritIO()
            .start();
    assertEquals(0, keytool.waitFor());
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    return new EdgeConfig.Tls(
        pem(name + ".crt", "CERTIFICATE", keys.getCertificate("server").getEncoded()),
        pem(
            name + ".key",
            "PRIVATE KEY",
            keys.getKey("server", "changeit".toCharArray()).getEncoded()));
  }

  private Path pem(String file, String kind, byte[] der) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        folder.resolve(file),
        "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
  }

  private static Options with(EdgeConfig.Tls tls) {
    return Options.defaults().withEdge(new EdgeConfig(Optional.of(tls), Set.of()));
  }

  @Test
  void jobsRunOverHttps() throws Exception {
    try (ServerFixture server = new ServerFixture(with(tls("one")))) {
      server.post("/v1/jobs?wait=30s", command("cat")).job(200, "done");
      assertEquals(
          202,
          ServerFixture.await(
                  server.begin(
                      HttpMethod.POST,
                      "/v1/jobs",
                      command("cat").toBuffer(),
                      request -> request.putHeader("Origin", "https://127.0.0.1:" + server.port())))
              .status(),
          "its own pages");
      ServerFixture.await(
              server.begin(
                  HttpMethod.GET,
                  "/v1/policies",
                  null,
                  request -> request.putHeader("Origin", "http://127.0.0.1:" + server.port())))
          .problem(403);
    }
  }

  @Test
  void plainHttpIsNotAnswered() throws Exception {
    try (ServerFixture server = new ServerFixture(with(tls("one")));
        RawClient client = new RawClient(server.port())) {
      client.head("GET /livez HTTP/1.1", "Host: localhost");
      assertEquals(-1, client.readAll().indexOf("HTTP/"));
    }
  }

  @Test
  void oldProtocolsAreRefusedAndNewOnesAreNot() throws Exception {
    try (ServerFixture server = new ServerFixture(with(tls("one")))) {
      assertEquals("TLSv1.3", handshake(server.port(), "TLSv1.3"));
      assertEquals("TLSv1.2", handshake(server.port(), "TLSv1.2"));
      assertThrows(SSLHandshakeException.class, () -> handshake(server.port(), "TLSv1.1"));
    }
  }

  private static String handshake(int port, String protocol)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustsAll()}, null);
    try (SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(120_000);
      socket.setEnabledProtocols(new String[] {protocol});
      socket.startHandshake();
      return socket.getSession().getProtocol();
    }
  }

  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Test
  void keyOfAnotherCertificateIsRefused() throws Exception {
    EdgeConfig.Tls mixed = new EdgeConfig.Tls(tls("one").certificate(), tls("two").key());
    assertEquals(
        "--tls-key " + mixed.key() + " is not the key of the certificate " + mixed.certificate(),
        refusalOf(mixed));
  }

  @Test
  void whatIsNoPemIsRefused() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "hello\n");
    for (EdgeConfig.Tls tls :
        List.of(
            new EdgeConfig.Tls(text, tls("one").key()),
            new EdgeConfig.Tls(tls("two").certificate(), text))) {
      String message = refusalOf(tls);
      assertTrue(
          message.startsWith(
              "--tls-cert "
                  + tls.certificate()
                  + " and --tls-key "
                  + tls.key()
                  + " are not a certificate and its key in PEM: "),
          message);
    }
  }

  private static String refusalOf(EdgeConfig.Tls tls) {
    return String.valueOf(
        assertThrows(ConfigException.class, () -> new ServerFixture(with(tls))).getMessage());
  }
}
