package io.jenkins.plugins.dockerfilebuild.execution.context;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The encoding of questions about a context and of their answers: a version, a kind by its name,
 * then numbers big-endian, and strings and bytes behind their length.
 */
final class ContextFrames {

  /** To be raised with every change; both sides must speak the same. */
  static final int VERSION = 1;

  /** No answer is longer: a tree of a million files, or a batch. */
  static final int MAX_BYTES = 256 << 20;

  /** Bytes of files in one answer. */
  static final int BATCH_BYTES = 4 << 20;

  private static final int MAX_STRINGS = 1 << 20;

  private ContextFrames() {}

  /** What is asked. */
  enum Question {
    DOCKERFILE,
    RESOLVE,
    TREE,
    READ,
    BATCH
  }

  /** How it is answered; all but {@link #GIVEN} carry a message. */
  enum Answer {
    GIVEN,
    CONTEXT_PROBLEM,
    DOCKERFILE_PROBLEM,
    FAILURE
  }

  /** Writes a frame's content; writing to memory does not fail. */
  @FunctionalInterface
  interface Content {
    void to(DataOutputStream out) throws IOException;
  }

  static byte[] frame(Enum<?> kind, Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeUTF(kind.name());
      content.to(out);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  static <E extends Enum<E>> E kind(DataInputStream in, E[] kinds) throws IOException {
    int version = in.readUnsignedByte();
    String name = in.readUTF();
    return Arrays.stream(kinds)
        .filter(kind -> version == VERSION && kind.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IOException("not a frame of version " + VERSION + " about a build context"));
  }

  static void writeString(DataOutputStream out, String text) throws IOException {
    writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  static void writeStrings(DataOutputStream out, List<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      writeString(out, text);
    }
  }

  static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String readString(DataInputStream in) throws IOException {
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  static List<String> readStrings(DataInputStream in) throws IOException {
    int count = bounded(in.readInt(), MAX_STRINGS);
    List<String> texts = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      texts.add(readString(in));
    }
    return texts;
  }

  /** A length that lies is found out before memory is taken for it: the frame is in memory. */
  static byte[] readBytes(DataInputStream in) throws IOException {
    int length = bounded(in.readInt(), in.available());
    return in.readNBytes(length);
  }

  private static int bounded(int count, int most) throws IOException {
    if (count < 0 || count > most) {
      throw new IOException("a frame about a build context is damaged");
    }
    return count;
  }
}
