package io.jenkins.plugins.dockerfilebuild.content;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A short immutable sequence of bytes that fits in memory. Prints its length, never its content.
 */
public final class Bytes {

  private final byte[] bytes;

  private Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Bytes of(byte[] bytes) {
    return new Bytes(bytes.clone());
  }

  /** These bytes themselves, not a copy of them: nobody may change them from now on. */
  public static Bytes owning(byte[] bytes) {
    return new Bytes(bytes);
  }

  public static Bytes utf8(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  public int size() {
    return bytes.length;
  }

  public byte[] toArray() {
    return bytes.clone();
  }

  /** These bytes themselves, to read only. */
  public ByteBuffer asBuffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /**
   * Adds a part of these bytes to a digest, without a copy, which that makes of a read-only buffer.
   */
  public void addTo(MessageDigest digest, int offset, int length) {
    digest.update(bytes, offset, length);
  }

  public String asUtf8() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  public InputStream openStream() {
    return new ByteArrayInputStream(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
