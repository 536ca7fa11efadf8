package io.jenkins.plugins.dockerfilebuild.content;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Names of files as UTF-8, whatever the locale of the process. Java decodes names by the locale,
 * and a Jenkins agent often runs in the C locale, where every name that is not ASCII would read as
 * question marks; the URI of a path holds its bytes in every locale.
 */
public final class FileNames {

  private static final Path ROOT = Path.of("/");

  /** A byte that is no UTF-8, from 0x80 to 0xff, is a character from here on. */
  private static final int NO_TEXT = 0xdc00;

  private FileNames() {}

  /**
   * The text of a relative or absolute path.
   *
   * @throws ContextException its bytes are not UTF-8
   */
  public static String text(Path path) {
    String text = anyText(path);
    if (!isText(text)) {
      throw noText(path);
    }
    return text;
  }

  /** What to tell of a path that no build context can have. */
  static ContextException noText(Path path) {
    return new ContextException(
        "the file name %s is not UTF-8: rename it, or leave it out with .dockerignore"
            .formatted(ROOT.resolve(path).toUri().getRawPath()));
  }

  /** As {@link #text(Path)}, of bytes that are not UTF-8 as {@link #text(byte[])}. */
  static String anyText(Path path) {
    String text = path.toString();
    return isAscii(text) ? text : decode(path);
  }

  /**
   * The text of a name that need not be UTF-8: bytes that are none stand as lone surrogates, which
   * no text has (the way of Python's PEP 383). {@link #bytes} turns it back.
   */
  public static String text(byte[] name) {
    ByteBuffer in = ByteBuffer.wrap(name);
    CharBuffer out = CharBuffer.allocate(name.length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    for (CoderResult read = decoder.decode(in, out, true);
        read.isError();
        read = decoder.reset().decode(in, out, true)) {
      for (int i = 0; i < read.length(); i++) {
        out.put((char) (NO_TEXT | (in.get() & 0xff)));
      }
    }
    return out.flip().toString();
  }

  /** The bytes of a name: UTF-8, but for what {@link #text(byte[])} could not read. */
  public static byte[] bytes(String name) {
    if (isText(name)) {
      return name.getBytes(StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    name.codePoints()
        .forEach(
            c -> {
              if (isNoText(c)) {
                bytes.write(c);
              } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
              }
            });
    return bytes.toByteArray();
  }

  /** Whether all bytes of a name are UTF-8. */
  public static boolean isText(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (Character.isHighSurrogate(name.charAt(i))) {
        i++;
      } else if (isNoText(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNoText(int codePoint) {
    return codePoint >= NO_TEXT + 0x80 && codePoint <= NO_TEXT + 0xff;
  }

  /** The path below {@code directory} whose name, in UTF-8, is {@code relative}. */
  public static Path resolve(Path directory, String relative) {
    return relative.isEmpty()
        ? directory
        : isAscii(relative) ? directory.resolve(relative) : directory.resolve(path(relative));
  }

  /** A path, relative or absolute, from its UTF-8 form. */
  public static Path path(String text) {
    if (isAscii(text)) {
      return Path.of(text);
    }
    boolean absolute = text.startsWith("/");
    Path path = Path.of(URI.create("file://" + encode(absolute ? text : "/" + text)));
    return absolute ? path : path.subpath(0, path.getNameCount());
  }

  static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static String encode(String text) {
    StringBuilder uri = new StringBuilder();
    for (byte b : bytes(text)) {
      boolean plain = b == '/' || (b > 0 && Character.isLetterOrDigit(b));
      uri.append(plain ? String.valueOf((char) b) : String.format(Locale.ROOT, "%%%02X", b));
    }
    return uri.toString();
  }

  private static String decode(Path path) {
    String raw = ROOT.resolve(path).toUri().getRawPath();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = path.isAbsolute() ? 0 : 1; i < raw.length(); i++) {
      if (raw.charAt(i) == '%') {
        bytes.write(Integer.parseInt(raw.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(raw.charAt(i));
      }
    }
    return withoutTrailingSlash(text(bytes.toByteArray()));
  }

  /** Path.toUri adds a slash where it finds a directory; a path never ends in one. */
  private static String withoutTrailingSlash(String text) {
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}
