package io.jenkins.plugins.dockerfilebuild.content;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 digest; prints as {@code sha256:<64 hex digits>}, the form of the OCI image
 * specification. Kept as four numbers: a tree of 20,000 files has as many digests, and making the
 * text of each was half of the time of reading one.
 */
public final class Digest implements Comparable<Digest> {

  /** Bytes of a digest. */
  public static final int LENGTH = 32;

  private static final String PREFIX = "sha256:";
  private static final int HEX_DIGITS = 2 * LENGTH;

  // Big-endian, the first bytes first.
  private final long a;
  private final long b;
  private final long c;
  private final long d;

  private Digest(ByteBuffer bytes) {
    this.a = bytes.getLong();
    this.b = bytes.getLong();
    this.c = bytes.getLong();
    this.d = bytes.getLong();
  }

  /**
   * @param hex 64 hexadecimal digits in lower case
   */
  public Digest(String hex) {
    this(ByteBuffer.wrap(parseHex(hex)));
  }

  private static byte[] parseHex(String text) {
    boolean valid =
        text.length() == HEX_DIGITS
            && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    if (!valid) {
      throw new IllegalArgumentException("not a SHA-256 digest: " + text);
    }
    return HexFormat.of().parseHex(text);
  }

  /** 64 hexadecimal digits in lower case. */
  public String hex() {
    return HexFormat.of().formatHex(toBytes());
  }

  /** Parses {@code sha256:<hex>}. */
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new IllegalArgumentException("not a SHA-256 digest: " + text);
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  public static Digest of(byte[] content) {
    return from(sha256().digest(content));
  }

  /** Digest of the UTF-8 form of {@code text}. */
  public static Digest of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The digest that {@code digester} has gathered; resets it. */
  public static Digest from(MessageDigest digester) {
    return from(digester.digest());
  }

  /** The digest whose {@value #LENGTH} bytes are given; {@link #toBytes()} gives them back. */
  public static Digest from(byte[] raw) {
    if (raw.length != LENGTH) {
      throw new IllegalArgumentException("not a SHA-256 digest: " + raw.length + " bytes");
    }
    return new Digest(ByteBuffer.wrap(raw));
  }

  /** Reads the next {@value #LENGTH} bytes. */
  static Digest from(ByteBuffer in) {
    return new Digest(in);
  }

  public byte[] toBytes() {
    return ByteBuffer.allocate(LENGTH).putLong(a).putLong(b).putLong(c).putLong(d).array();
  }

  /** Writes the {@value #LENGTH} bytes. */
  void writeTo(ByteBuffer out) {
    out.putLong(a).putLong(b).putLong(c).putLong(d);
  }

  /** A new SHA-256 digester; every Java platform has one. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform must support SHA-256", e);
    }
  }

  /** The first twelve hex digits, as the docker command line prints identifiers. */
  public String abbreviated() {
    return hex().substring(0, 12);
  }

  /** In the order of the bytes, which is that of the hexadecimal digits. */
  @Override
  public int compareTo(Digest other) {
    int order = Long.compareUnsigned(a, other.a);
    order = order != 0 ? order : Long.compareUnsigned(b, other.b);
    order = order != 0 ? order : Long.compareUnsigned(c, other.c);
    return order != 0 ? order : Long.compareUnsigned(d, other.d);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest that && a == that.a && b == that.b && c == that.c && d == that.d;
  }

  /** Any bits of a digest are as good as all. */
  @Override
  public int hashCode() {
    return Long.hashCode(a);
  }

  @Override
  public String toString() {
    return PREFIX + hex();
  }
}
