package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Names of files as the bytes that they are, one in each character (ISO 8859-1), whatever the
 * locale of the process. Java decodes names by the locale and cannot say every name in it; but a
 * path's URI holds its bytes, both ways.
 */
final class FileNameBytes {

  private static final Path ROOT = Path.of("/");

  private FileNameBytes() {}

  /** The bytes of a path, relative or absolute. */
  static String of(Path path) {
    String text = path.toString();
    if (isAscii(text)) {
      return text;
    }
    String name = decode(ROOT.resolve(path).toUri().getRawPath());
    return path.isAbsolute() ? "/" + name : name;
  }

  /** The path below {@code directory} whose bytes are given. */
  static Path resolve(Path directory, String bytes) {
    if (bytes.isEmpty()) {
      return directory;
    }
    return directory.resolve(path(bytes));
  }

  /** A path, relative or absolute, from its bytes: also what a symbolic link says. */
  static Path path(String bytes) {
    if (isAscii(bytes)) {
      return Path.of(bytes);
    }
    boolean absolute = bytes.startsWith("/");
    Path path = Path.of(URI.create("file://" + encode(absolute ? bytes : "/" + bytes)));
    return absolute ? path : path.subpath(0, path.getNameCount());
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static String encode(String bytes) {
    StringBuilder uri = new StringBuilder();
    for (int i = 0; i < bytes.length(); i++) {
      char c = bytes.charAt(i);
      boolean plain = c == '/' || (c < 0x80 && Character.isLetterOrDigit(c));
      uri.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
    }
    return uri.toString();
  }

  private static String decode(String raw) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 1; i < raw.length(); i++) {
      if (raw.charAt(i) == '%') {
        bytes.write(Integer.parseInt(raw.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(raw.charAt(i));
      }
    }
    String name = bytes.toString(StandardCharsets.ISO_8859_1);
    // Path.toUri adds a slash where it finds a directory; a path never ends in one.
    return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
  }
}
