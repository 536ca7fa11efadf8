package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The one way in which a file is committed: written beside its target under a name of its own, then
 * moved over it. A reader, in this process or another, sees the old file or the new one, whole.
 *
 * <p>Nothing is forced to the disk: that costs milliseconds a file, and all that is written here
 * can be made again. After a power failure a file may be missing, cut short or empty; whoever reads
 * one checks it and takes a broken file for a missing one.
 */
public final class AtomicFiles {

  private AtomicFiles() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface ContentWriter {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Replaces {@code target}, making its directory if that is missing. */
  public static void write(Path target, byte[] content) throws IOException {
    write(target, out -> out.write(content));
  }

  /**
   * As {@link #write(Path, byte[])}; an exception of {@code content} leaves the target as it was.
   */
  public static void write(Path target, ContentWriter content) throws IOException {
    Files.createDirectories(target.toAbsolutePath().getParent());
    Path temporary = target.resolveSibling(temporaryName());
    try {
      try (OutputStream out = Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW)) {
        content.writeTo(out);
      }
      commit(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * As {@link #write(Path, ContentWriter)}, for a file that the user names: a symbolic link is
   * followed, and what is no file (a device, a pipe) is written to and stays what it is.
   */
  public static void writeNamed(Path target, ContentWriter content) throws IOException {
    if (!Files.exists(target)) {
      write(target, content);
    } else if (Files.isRegularFile(target)) {
      write(target.toRealPath(), content);
    } else {
      try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.WRITE)) {
        content.writeTo(out);
      }
    }
  }

  /** A name that no other thread or process uses; with CREATE_NEW a collision is an error. */
  static String temporaryName() {
    return "." + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()) + ".tmp";
  }

  /** Moves a finished file, on the same file system, to its place. */
  static void commit(Path temporary, Path target) throws IOException {
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
