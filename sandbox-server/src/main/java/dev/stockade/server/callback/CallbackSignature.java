package dev.stockade.server.callback;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** {@code t=SECONDS,v1=HEX}: HMAC-SHA256 of the time, a dot and the body. */
final class CallbackSignature {
  static final String HEADER = "Stockade-Signature";
  private static final String ALGORITHM = "HmacSHA256";

  private CallbackSignature() {}

  static String of(byte[] secret, Instant time, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      mac.update((time.getEpochSecond() + ".").getBytes(StandardCharsets.US_ASCII));
      return "t=" + time.getEpochSecond() + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
    }
  }
}
