package io.jenkins.plugins.dockerfilebuild.content;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The canonical encoding of a {@link Tree}, version 1. All numbers are unsigned and big-endian;
 * equal trees have equal encodings and the reverse, because every field has one form only.
 *
 * <pre>
 * tree  = "dfb-tree1\n" entry*                    the rest of the bytes, in order of path
 * entry = type:1 mode:2 length:2 path             'f' | 'd' | 'l', permission bits, UTF-8
 *         [ size:8 sha256:32 ]                    of a file
 *         [ length:2 target ]                     of a symbolic link, UTF-8
 * </pre>
 *
 * A change of this format makes every cached step miss once: it takes a new version in the first
 * line, and a new golden test.
 */
final class TreeEncoding {

  private static final byte[] MAGIC = "dfb-tree1\n".getBytes(StandardCharsets.US_ASCII);

  /** What is enough to tell a tree from most files. */
  static final int MAGIC_LENGTH = MAGIC.length;

  private static final int FILE_TAIL = Long.BYTES + Digest.LENGTH;
  private static final int MAX_ENCODED = 512 << 20;

  private TreeEncoding() {}

  /** Whether something that begins so may be a tree. */
  static boolean isTree(byte[] start) {
    return Arrays.equals(start, MAGIC);
  }

  static byte[] encode(List<TreeEntry> entries) {
    // A guess that is right for ASCII paths, so that the buffer seldom grows.
    long guess = MAGIC.length;
    for (TreeEntry entry : entries) {
      guess += 7L + entry.path().length() + entry.linkTarget().length() + FILE_TAIL;
    }
    ByteBuffer out = ByteBuffer.allocate((int) Math.min(guess, MAX_ENCODED)).put(MAGIC);
    for (TreeEntry entry : entries) {
      byte[] path = utf8(entry.path());
      byte[] target = utf8(entry.linkTarget());
      out = withRoom(out, 7 + path.length + target.length + FILE_TAIL);
      out.put(typeLetter(entry.type())).putShort((short) entry.mode());
      out.putShort((short) path.length).put(path);
      switch (entry.type()) {
        case FILE -> entry.content().writeTo(out.putLong(entry.size()));
        case SYMLINK -> out.putShort((short) target.length).put(target);
        case DIRECTORY -> {}
      }
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private static ByteBuffer withRoom(ByteBuffer buffer, int needed) {
    if (buffer.remaining() >= needed) {
      return buffer;
    }
    int size = Math.max(buffer.capacity() * 2, buffer.capacity() + needed);
    if (size < 0 || size > MAX_ENCODED) {
      throw new MalformedTreeException("the tree is too large to encode");
    }
    return ByteBuffer.allocate(size).put(buffer.flip());
  }

  static List<TreeEntry> decode(byte[] encoded) {
    if (encoded.length > MAX_ENCODED) {
      throw new MalformedTreeException("the encoding is larger than " + MAX_ENCODED + " bytes");
    }
    if (!Arrays.equals(MAGIC, Arrays.copyOf(encoded, MAGIC.length))) {
      throw new MalformedTreeException("not a tree in the encoding of this version");
    }
    ByteBuffer in = ByteBuffer.wrap(encoded).position(MAGIC.length);
    List<TreeEntry> entries = new ArrayList<>();
    try {
      while (in.hasRemaining()) {
        if (entries.size() == Tree.MAX_ENTRIES) {
          throw new MalformedTreeException("more than " + Tree.MAX_ENTRIES + " entries");
        }
        entries.add(decodeEntry(in));
      }
    } catch (BufferUnderflowException e) {
      throw new MalformedTreeException("the encoding ends within an entry", e);
    }
    return entries;
  }

  private static TreeEntry decodeEntry(ByteBuffer in) {
    byte type = in.get();
    int mode = Short.toUnsignedInt(in.getShort());
    String path = text(in);
    return switch (type) {
      case 'f' -> TreeEntry.file(path, mode, in.getLong(), Digest.from(in));
      case 'd' -> TreeEntry.directory(path, mode);
      case 'l' -> new TreeEntry(path, TreeEntry.Type.SYMLINK, mode, 0, null, text(in));
      default -> throw new MalformedTreeException("unknown type of entry: " + type);
    };
  }

  private static byte typeLetter(TreeEntry.Type type) {
    return switch (type) {
      case FILE -> 'f';
      case DIRECTORY -> 'd';
      case SYMLINK -> 'l';
    };
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static String text(ByteBuffer in) {
    ByteBuffer raw = ByteBuffer.wrap(bytes(in, Short.toUnsignedInt(in.getShort())));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(raw).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedTreeException("a path is not UTF-8", e);
    }
  }

  private static byte[] utf8(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (!FileNames.isAscii(text)) {
      checkEncodable(text, bytes.length);
    }
    return bytes;
  }

  /** String.getBytes replaces what it cannot encode; two different names would become one. */
  private static void checkEncodable(String text, int length) {
    try {
      StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new MalformedTreeException("a path is not Unicode text", e);
    }
    if (length > TreeEntry.MAX_PATH_LENGTH) {
      throw new MalformedTreeException("a path is too long: " + text.substring(0, 200));
    }
  }

  /**
   * Compares as the UTF-8 forms compare. That is the order of {@link String#compareTo} but for
   * surrogates, which stand for characters above all others.
   */
  static int compareBytes(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean surrogate = Character.isSurrogate(a);
        return surrogate == Character.isSurrogate(b) ? a - b : surrogate ? 1 : -1;
      }
    }
    return left.length() - right.length();
  }
}
