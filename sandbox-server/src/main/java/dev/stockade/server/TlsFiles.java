package dev.stockade.server;

import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/** Reads certificate and key, and sees that the two belong together before anybody connects. */
final class TlsFiles {
  private TlsFiles() {}

  /**
   * Reads them. Blocks.
   *
   * @throws ConfigException when they are not what they should be
   */
  static PemKeyCertOptions load(Vertx vertx, EdgeConfig.Tls tls) {
    PemKeyCertOptions options =
        new PemKeyCertOptions()
            .setCertPath(tls.certificate().toString())
            .setKeyPath(tls.key().toString());
    X509KeyManager keys = keys(vertx, options, tls);
    for (String type : new String[] {"EC", "RSA", "EdDSA"}) {
      String[] aliases = keys.getServerAliases(type, null);
      if (aliases != null) {
        PublicKey certified = keys.getCertificateChain(aliases[0])[0].getPublicKey();
        if (belong(keys.getPrivateKey(aliases[0]), certified)) {
          return options;
        }
        throw new ConfigException(
            "--tls-key " + tls.key() + " is not the key of the certificate " + tls.certificate());
      }
    }
    throw new ConfigException(
        "--tls-cert " + tls.certificate() + " is a certificate of a kind that is not known here");
  }

  private static X509KeyManager keys(Vertx vertx, PemKeyCertOptions options, EdgeConfig.Tls tls) {
    try {
      KeyManager[] managers = options.getKeyManagerFactory(vertx).getKeyManagers();
      return Arrays.stream(managers)
          .filter(X509KeyManager.class::isInstance)
          .map(X509KeyManager.class::cast)
          .findFirst()
          .orElseThrow();
    } catch (Exception e) { // declared by Vert.x
      throw new ConfigException(
          "--tls-cert "
              + tls.certificate()
              + " and --tls-key "
              + tls.key()
              + " are not a certificate and its key in PEM: "
              + e.getMessage());
    }
  }

  /** Whether what the one signs is what the other verifies. */
  private static boolean belong(PrivateKey key, PublicKey certified) {
    byte[] text = "stockade".getBytes(StandardCharsets.US_ASCII);
    try {
      Signature signature = Signature.getInstance(algorithm(key));
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException differs) {
      return false;
    }
  }

  private static String algorithm(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> key.getAlgorithm();
    };
  }
}
