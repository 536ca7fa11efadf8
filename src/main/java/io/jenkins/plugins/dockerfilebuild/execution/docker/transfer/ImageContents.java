package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.DirectorySize;
import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers.ImageContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.Expendable;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.HostLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What images of an engine hold, remembered on this machine: digests of paths, and directories for
 * read-only binds. An image never changes, so what was found out once holds for good; a file that a
 * power failure cut short is taken for a missing one.
 *
 * <p>Below the state directory: {@code digests/<key>}, and per directory {@code
 * directories/<key>.content}, {@code .size} (whose time is that of the last use) and {@code .lock}.
 * Thread-safe, also between processes.
 */
public final class ImageContents {

  private static final String CONTENT = ".content";

  private final Path digests;
  private final Path directories;
  private final ImageContainers images;
  private final InstantSource clock;

  /**
   * @param state a directory of this class alone, made when it is needed
   */
  public ImageContents(Path state, ImageContainers images, InstantSource clock) {
    this.digests = state.resolve("digests");
    this.directories = state.resolve("directories");
    this.images = images;
    this.clock = clock;
  }

  /** Keeps an extracted directory from being removed until it is closed. */
  public record Lease(Path path, HostLock lock) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      lock.close();
    }
  }

  /**
   * The digest of what {@code paths} of an image hold, by {@link ImageContentDigest}.
   *
   * @param paths as COPY takes them; from an element {@code **} on everything counts
   * @param excludes patterns of {@code --exclude}
   * @throws io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException a path without
   *     wildcards is not in the image
   */
  public Digest digestOf(String imageId, List<String> paths, List<String> excludes)
      throws IOException {
    Path remembered = digests.resolve(key("digest/1", imageId, paths, excludes));
    Optional<Digest> known = read(remembered);
    if (known.isPresent()) {
      touch(remembered, utf8(known.get().toString()));
      return known.get();
    }
    ImageContentDigest digest = new ImageContentDigest();
    try (ImageContainer image = images.open(imageId)) {
      ImageSelection selection = new ImageSelection(image.files(), imageId, excludes, digest);
      for (String path : paths) {
        int anyDepth = path.indexOf("/**");
        selection.select(anyDepth < 0 ? path : path.substring(0, anyDepth));
      }
    }
    AtomicFiles.write(remembered, utf8(digest.digest().toString()));
    return digest.digest();
  }

  /**
   * A directory (or a file, if {@code path} is one) with the content of {@code path}, extracted at
   * most once. It is shared: nobody may write to it.
   *
   * @throws io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException there is no such
   *     path in the image
   */
  public Lease directory(String imageId, String path) throws IOException {
    String key = key("directory/1", imageId, List.of(path), List.of());
    Path content = directories.resolve(key + CONTENT);
    HostLock lock = HostLock.shared(directories.resolve(key + ".lock"));
    boolean done = false;
    try {
      if (!Files.exists(content)) {
        HostLock.exclusive(directories.resolve(key + ".making"))
            .releaseAfter(() -> extractUnlessThere(imageId, path, content));
      }
      touch(sizeFile(content), utf8("0"));
      done = true;
      return new Lease(content, lock);
    } finally {
      if (!done) {
        lock.close();
      }
    }
  }

  /**
   * Writes the content of {@code path}, links at its end followed, to {@code target}, which must
   * not exist.
   */
  public void extract(String imageId, String path, Path target) throws IOException {
    HostUnpacking unpacking = new HostUnpacking(target);
    try (ImageContainer image = images.open(imageId)) {
      new ImageSelection(image.files(), imageId, List.of(), unpacking).selectLiteral(path);
    }
    unpacking.finish();
  }

  /** How many directories there are, and what they hold. */
  public DirectorySize usage() throws IOException {
    return Expendable.sum(extracted());
  }

  /**
   * Removes extracted directories that nobody uses, the longest unused first, until no more than
   * {@code keepBytes} are left, and digests that were not asked for.
   *
   * @param olderThan removes only what was not used for this long
   * @return what was removed
   */
  public DirectorySize prune(long keepBytes, Duration olderThan) throws IOException {
    FileTime limit = FileTime.from(clock.instant().minus(olderThan));
    DirectorySize removed = Expendable.prune(extracted(), keepBytes, limit);
    removeDigests(limit);
    return removed;
  }

  /** They are small, so only their age counts. */
  private void removeDigests(FileTime limit) throws IOException {
    if (Files.isDirectory(digests)) {
      try (Stream<Path> files = Files.list(digests)) {
        for (Path file : files.toList()) {
          if (Files.getLastModifiedTime(file).compareTo(limit) <= 0) {
            Files.deleteIfExists(file);
          }
        }
      }
    }
  }

  private void extractUnlessThere(String imageId, String path, Path content) throws IOException {
    if (Files.exists(content)) {
      return;
    }
    Path unfinished = content.resolveSibling(content.getFileName() + ".new");
    RecursiveRemoval.remove(unfinished);
    try {
      extract(imageId, path, unfinished);
      String bytes = String.valueOf(DirectorySize.of(unfinished).bytes());
      AtomicFiles.write(sizeFile(content), utf8(bytes));
      Files.move(unfinished, content, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      RecursiveRemoval.remove(unfinished);
    }
  }

  private List<Expendable> extracted() throws IOException {
    List<Expendable> found = new ArrayList<>();
    if (Files.isDirectory(directories)) {
      try (Stream<Path> files = Files.list(directories)) {
        for (Path content : files.filter(f -> f.toString().endsWith(CONTENT)).toList()) {
          try {
            Path size = sizeFile(content);
            long bytes = Long.parseLong(Files.readString(size));
            FileTime used = Files.getLastModifiedTime(size);
            found.add(new Expendable(bytes, used, () -> removeIfIdle(content)));
          } catch (NoSuchFileException | NumberFormatException e) {
            // Cut short: of unknown size and use, so the first to go.
            FileTime never = FileTime.fromMillis(0);
            found.add(new Expendable(0, never, () -> removeIfIdle(content)));
          }
        }
      }
    }
    return found;
  }

  private static boolean removeIfIdle(Path content) throws IOException {
    String name = content.getFileName().toString();
    String key = name.substring(0, name.length() - CONTENT.length());
    Optional<HostLock> lock = HostLock.tryExclusive(content.resolveSibling(key + ".lock"));
    if (lock.isEmpty()) {
      return false;
    }
    lock.get()
        .releaseAfter(
            () -> {
              Path unwanted = content.resolveSibling(name + ".new");
              RecursiveRemoval.remove(unwanted);
              Files.move(content, unwanted, StandardCopyOption.ATOMIC_MOVE);
              Files.deleteIfExists(sizeFile(content));
              RecursiveRemoval.remove(unwanted);
            });
    return true;
  }

  private void touch(Path file, byte[] content) throws IOException {
    try {
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    } catch (NoSuchFileException e) {
      AtomicFiles.write(file, content);
    }
  }

  private static Path sizeFile(Path content) {
    String name = content.getFileName().toString();
    return content.resolveSibling(name.substring(0, name.length() - CONTENT.length()) + ".size");
  }

  private static Optional<Digest> read(Path file) throws IOException {
    try {
      return Optional.of(Digest.parse(Files.readString(file)));
    } catch (NoSuchFileException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String key(
      String kind, String imageId, List<String> paths, List<String> excludes) {
    return Digest.of(
            String.join(
                "\0", kind, imageId, String.join("\0", paths), "", String.join("\0", excludes)))
        .hex();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
