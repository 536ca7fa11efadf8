package io.jenkins.plugins.dockerfilebuild.archive;

import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles.ContentWriter;
import io.jenkins.plugins.dockerfilebuild.content.FileNames;
import io.jenkins.plugins.dockerfilebuild.content.ProducedStream;
import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Writes the files of an archive into a directory, as {@code --output type=local} wants them: they
 * belong to whoever writes them, with modes (set-id and sticky bits too, as BuildKit keeps them),
 * times and links, but without devices and pipes. Files that are there already stay unless the
 * archive has one of the same path, which replaces them.
 *
 * <p>The archive is not trusted. Each name is taken apart; every directory on its way must be a
 * directory, so nothing is ever written through a symbolic link, whoever made it. Used once, by one
 * thread.
 */
public final class DirectoryUnpacking {

  private static final int PERMISSIONS = 07777;
  private static final int OWNER_ACCESS = 0700;

  /**
   * A directory whose mode and time come last: writing into it needs the one, changes the other.
   */
  private record Unfinished(Path path, TarArchiveEntry entry) {}

  private final Path target;
  private final Deque<Unfinished> directories = new ArrayDeque<>();

  private DirectoryUnpacking(Path target) {
    this.target = target;
  }

  /**
   * Unpacks the archive.
   *
   * @param tar writes it
   * @param target is made if it is missing
   * @throws IOException also where an entry would be written outside of {@code target}; what was
   *     unpacked before stays
   */
  public static void unpack(ContentWriter tar, Path target) throws IOException {
    try (ProducedStream stream = ProducedStream.of("unpack", tar::writeTo)) {
      try {
        unpack(stream, target);
      } catch (IOException e) {
        stream.throwFailure();
        throw e;
      }
    }
  }

  private static void unpack(InputStream tar, Path target) throws IOException {
    Files.createDirectories(target);
    DirectoryUnpacking unpacking = new DirectoryUnpacking(target.toRealPath());
    ArchiveEntries entries = new ArchiveEntries(tar);
    for (var entry = entries.next(); entry.isPresent(); entry = entries.next()) {
      unpacking.write(entry.get(), entries);
    }
    unpacking.finish();
  }

  private void write(TarArchiveEntry entry, ArchiveEntries entries) throws IOException {
    Path path = place(entries.name());
    if (path.equals(target)) {
      return;
    }
    if (entry.isDirectory()) {
      makeDirectory(path, entry);
    } else if (entry.isSymbolicLink()) {
      RecursiveRemoval.remove(path);
      Files.createSymbolicLink(path, FileNames.path(entries.linkName()));
    } else if (entry.isLink()) {
      link(path, place(entries.linkName()));
    } else if (isPlainFile(entry)) {
      RecursiveRemoval.remove(path);
      Files.copy(entries.content(), path);
      finish(path, entry);
    }
  }

  /** An entry's type is "file" also where it is a device, for commons-compress. */
  private static boolean isPlainFile(TarArchiveEntry entry) {
    return entry.isFile()
        && !entry.isBlockDevice()
        && !entry.isCharacterDevice()
        && !entry.isFIFO();
  }

  /** Only to what is a file: the link would otherwise reach where its target points. */
  private void link(Path path, Path existing) throws IOException {
    if (!Files.isRegularFile(existing, LinkOption.NOFOLLOW_LINKS)
        && !Files.isSymbolicLink(existing)) {
      throw refused(path, "is linked to " + target.relativize(existing) + ", which is no file");
    }
    if (!path.equals(existing)) {
      RecursiveRemoval.remove(path);
      Files.createLink(path, existing);
    }
  }

  private void makeDirectory(Path path, TarArchiveEntry entry) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(path);
      Files.createDirectory(path);
    }
    Files.setAttribute(path, "unix:mode", mode(entry) | OWNER_ACCESS);
    directories.push(new Unfinished(path, entry));
  }

  private void finish() throws IOException {
    while (!directories.isEmpty()) {
      Unfinished directory = directories.pop();
      finish(directory.path, directory.entry);
    }
  }

  private static void finish(Path path, TarArchiveEntry entry) throws IOException {
    Files.setAttribute(path, "unix:mode", mode(entry));
    Files.setLastModifiedTime(path, FileTime.from(entry.getLastModifiedTime().toInstant()));
  }

  private static int mode(TarArchiveEntry entry) {
    return entry.getMode() & PERMISSIONS;
  }

  /** The path below the target that a name means, its parents made. */
  private Path place(String name) throws IOException {
    Path path = target;
    for (String element : name.split("/", -1)) {
      if (element.isEmpty() || element.equals(".")) {
        continue;
      }
      if (element.equals("..") || element.indexOf('\0') >= 0) {
        throw refused(FileNames.path(name.replace("\0", "")), "has a name that leaves it");
      }
      enter(path);
      path = FileNames.resolve(path, element);
    }
    return path;
  }

  /** A parent that the archive does not list is made. */
  private void enter(Path directory) throws IOException {
    if (Files.isSymbolicLink(directory)) {
      throw refused(directory, "is a symbolic link, and a file would be written through it");
    }
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(directory);
    }
  }

  private IOException refused(Path path, String why) {
    return new IOException("refused to unpack into %s: %s %s".formatted(target, path, why));
  }
}
