package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Says of bytes that somebody made them who knows the cluster's secret: a keyed digest (HMAC, RFC
 * 2104, with SHA-256) over them and the place that they are meant for, so a record counts only
 * under its key, and an answer only for its question. It hides nothing, and what was once sealed
 * for a place may be put there again. Without a secret there is no digest. Thread-safe.
 */
final class ClusterSeal {

  private static final Logger LOG = Logger.getLogger(ClusterSeal.class.getName());

  /** First byte: the form. Another one may come from another version of ours. */
  private static final byte PLAIN = 1;

  private static final byte SEALED = 2;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int DIGEST_BYTES = 32;

  private final Optional<SecretKeySpec> secret;

  /** Whether bad records have been told of. */
  private boolean warned;

  /**
   * @param secret {@code ""} for none
   */
  ClusterSeal(String secret) {
    this.secret =
        secret.isEmpty()
            ? Optional.empty()
            : Optional.of(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
  }

  /** Whether places count. */
  boolean hasSecret() {
    return secret.isPresent();
  }

  byte[] seal(String place, byte[] value) {
    byte[] digest = secret.map(key -> digest(key, place, value)).orElse(new byte[0]);
    return ByteBuffer.allocate(1 + digest.length + value.length)
        .put(secret.isPresent() ? SEALED : PLAIN)
        .put(digest)
        .put(value)
        .array();
  }

  /** What was sealed for that place, if somebody did who knows the secret. */
  Optional<byte[]> open(String place, byte[] record) {
    int start = secret.isPresent() ? 1 + DIGEST_BYTES : 1;
    boolean form = record.length >= start && record[0] == (secret.isPresent() ? SEALED : PLAIN);
    if (form) {
      byte[] value = Arrays.copyOfRange(record, start, record.length);
      byte[] shown = Arrays.copyOfRange(record, 1, start);
      if (secret.map(key -> MessageDigest.isEqual(shown, digest(key, place, value))).orElse(true)) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  private static byte[] digest(SecretKeySpec key, String place, byte[] value) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] name = place.getBytes(StandardCharsets.UTF_8);
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
      mac.update(name);
      return mac.doFinal(value);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /** Tells of a bad record, once: who can plant one record can plant a million. */
  synchronized void warn(String place) {
    if (!warned) {
      warned = true;
      LOG.log(
          Level.WARNING,
          "The cluster holds a record at {0} that nobody made who knows the secret of this one. It"
              + " is ignored, as are all others like it. Look whether all members and clients have"
              + " the same secret, and who else reaches their ports.",
          place);
    }
  }
}
