package io.jenkins.plugins.dockerfilebuild.content;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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

  private FileNames() {}

  /**
   * The text of a relative or absolute path.
   *
   * @throws ContextException its bytes are not UTF-8
   */
  public static String text(Path path) {
    String text = path.toString();
    return isAscii(text) ? text : decode(path);
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
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
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
    return withoutTrailingSlash(strictUtf8(path, bytes.toByteArray()));
  }

  /** Path.toUri adds a slash where it finds a directory; a path never ends in one. */
  private static String withoutTrailingSlash(String text) {
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  private static String strictUtf8(Path path, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ContextException(
          "the file name "
              + ROOT.resolve(path).toUri().getRawPath()
              + " is not UTF-8: rename it, or leave it out with .dockerignore",
          e);
    }
  }
}
