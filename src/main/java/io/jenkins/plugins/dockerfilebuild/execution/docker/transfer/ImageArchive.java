package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * The files of an image below one path, one after the other as the engine's archive API tells them:
 * parents before children.
 *
 * <p>Creating a container adds files that the image does not have, the places where the engine
 * mounts things later: {@code /.dockerenv}, {@code /etc/hosts}, {@code /dev/pts} and others (moby's
 * {@code daemon/initlayer}). They are left out here, or {@code COPY --from=stage / /} would bring
 * them into every image. Such a file is told from one of the image's own by being empty, of mode
 * 0755, and no older than the container.
 */
final class ImageArchive implements Closeable {

  private static final String MARKER = "/.dockerenv";
  private static final int ADDED_MODE = 0755;

  private static final Set<String> ADDED =
      Set.of(
          MARKER,
          "/dev/console",
          "/dev/pts",
          "/dev/shm",
          "/etc/hostname",
          "/etc/hosts",
          "/etc/mtab",
          "/etc/resolv.conf",
          "/proc",
          "/sys");

  /** Parents of {@link #ADDED}: left out as well where they hold nothing else. */
  private static final Set<String> ADDED_PARENTS = Set.of("/dev", "/etc");

  private final String root;
  private final TarReader tar;
  private final Optional<Instant> created;

  /** Read but not told yet; its content is where {@link #tar} stands. */
  private Optional<Entry> next = Optional.empty();

  /** A directory that is told only if something is found in it. */
  private Optional<Entry> held = Optional.empty();

  private ImageArchive(String root, TarReader tar, Optional<Instant> created) {
    this.root = root;
    this.tar = tar;
    this.created = created;
  }

  /**
   * One file.
   *
   * @param path below the root of the archive, {@code ""} for the root itself
   */
  record Entry(String path, TarArchiveEntry header, FileAttributes attributes) {}

  /**
   * Starts reading at {@code path}, absolute and without symbolic links in it. The engine starts a
   * process for what it reads, so nothing is read but this.
   *
   * @param files of a container that was never started
   */
  static ImageArchive open(ContainerFiles files, String path) throws IOException {
    Optional<Instant> created = mayHoldAdded(path) ? created(files) : Optional.empty();
    return new ImageArchive(path, new TarReader(files.read(path)), created);
  }

  /** The next file; empty at the end. */
  Optional<Entry> next() throws IOException {
    if (next.isPresent()) {
      Optional<Entry> told = next;
      next = Optional.empty();
      return told;
    }
    for (Optional<TarArchiveEntry> header = tar.next(); header.isPresent(); header = tar.next()) {
      String path = pathBelowRoot(header.get().getName());
      Entry entry = new Entry(path, header.get(), tar.attributes());
      if (mayBeAddedParent(entry)) {
        held = Optional.of(entry);
      } else if (!isAdded(entry)) {
        return afterHeld(entry);
      }
    }
    return Optional.empty();
  }

  /** The bytes of the file that was told last, to be read before the next one is asked for. */
  InputStream content() {
    return tar.content();
  }

  /** The name that a hard link of this archive has for its target, as a path below the root. */
  String pathBelowRoot(String name) {
    String path = ContainerPath.clean(name).substring(1);
    if (root.equals("/")) {
      return path;
    }
    int slash = path.indexOf('/');
    return slash < 0 ? "" : path.substring(slash + 1);
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }

  private Optional<Entry> afterHeld(Entry entry) {
    Optional<Entry> parent = held;
    held = Optional.empty();
    if (parent.isPresent() && entry.path().startsWith(parent.get().path() + "/")) {
      next = Optional.of(entry);
      return parent;
    }
    return Optional.of(entry);
  }

  private boolean mayBeAddedParent(Entry entry) {
    return !entry.path().isEmpty()
        && entry.header().isDirectory()
        && ADDED_PARENTS.contains(ContainerPath.child(root, entry.path()))
        && isAsAdded(entry.header());
  }

  private boolean isAdded(Entry entry) {
    return ADDED.contains(ContainerPath.child(root, entry.path())) && isAsAdded(entry.header());
  }

  private boolean isAsAdded(TarArchiveEntry header) {
    boolean shape =
        header.isSymbolicLink()
            || (header.getSize() == 0 && (header.getMode() & 07777) == ADDED_MODE);
    return shape
        && created.isPresent()
        && !header.getLastModifiedTime().toInstant().isBefore(created.get());
  }

  private static boolean mayHoldAdded(String root) {
    String prefix = root.equals("/") ? root : root + "/";
    return ADDED.stream().anyMatch(added -> (added + "/").startsWith(prefix));
  }

  /**
   * When the container was made, in whole seconds as archives tell times (moby's {@code
   * archive.FileInfoHeader}), less one: its files are made one after the other.
   */
  private static Optional<Instant> created(ContainerFiles files) throws IOException {
    return files
        .stat(MARKER)
        .map(marker -> marker.modified().truncatedTo(ChronoUnit.SECONDS).minusSeconds(1));
  }
}
