package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Writes the encoding that {@link StepKey} specifies. For one thread. */
final class KeyEncoder {

  static final int TEXT = 1;
  static final int LIST = 2;
  static final int PARENT = 3;
  static final int CONTENT = 4;
  static final int DEFINITION = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  KeyEncoder raw(String text) {
    bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  KeyEncoder raw(byte[] encoded) {
    bytes.writeBytes(encoded);
    return this;
  }

  KeyEncoder kind(int kind) {
    bytes.write(kind);
    return this;
  }

  KeyEncoder number(int number) {
    bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    return this;
  }

  KeyEncoder text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return number(utf8.length).raw(utf8);
  }

  KeyEncoder list(List<String> texts) {
    number(texts.size());
    texts.forEach(this::text);
    return this;
  }

  KeyEncoder digest(Digest digest) {
    return raw(HexFormat.of().parseHex(digest.hex()));
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  StepKey toKey() {
    return new StepKey(Digest.of(toBytes()));
  }
}
