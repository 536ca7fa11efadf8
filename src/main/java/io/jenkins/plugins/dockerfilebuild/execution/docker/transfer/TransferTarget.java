package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ImageUsers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where COPY and ADD write: knows the destination, the owner and the mode that the instruction asks
 * for, and puts entries into the archive for the container accordingly. The rules are BuildKit's,
 * seen with 20.10.24 and read in {@code tonistiigi/fsutil/copy}:
 *
 * <ul>
 *   <li>missing parents of the destination, and the destination itself where a directory is copied
 *       into it, get the owner of {@code --chown} and the mode of an octal {@code --chmod} (0755
 *       without one, or for an archive that ADD unpacks), never the source's attributes; BuildKit
 *       of Docker 20.10 gives them 0755 always;
 *   <li>a destination that is made has the time of the directory that was copied into it last, if
 *       no file came after it (seen with 28.5.2);
 *   <li>a destination directory that exists keeps its attributes; directories below it that the
 *       source has too get the source's;
 *   <li>those that are only on the way to what {@code --parents} copies are made with the source's
 *       attributes, and left alone where they exist: BuildKit gives them the source's mode;
 *   <li>a file goes into a destination that ends with a slash or is a directory, and else becomes
 *       the destination.
 * </ul>
 *
 * Used by one thread.
 */
final class TransferTarget {

  private static final int NEW_DIRECTORY_MODE = 0755;

  /**
   * What the instruction says of the files it writes.
   *
   * @param notices is told what the user should know and is no error
   */
  record Options(
      Optional<ImageUsers.Owner> owner,
      Optional<ModeChange> mode,
      Instant now,
      Consumer<String> notices) {}

  private final ContainerPath destination;
  private final String asWritten;
  private final Options options;
  private final TarWriter tar;

  /** Whether the destination is made already, or was there before. */
  private boolean made;

  /** Whether files go below the destination; grows true when a directory is copied there. */
  private boolean directory;

  /** Whether one file has become the destination itself. */
  private boolean file;

  /** The mode with which the destination was made. */
  private int madeWith;

  /** When the directory was modified whose content was written last; empty after anything else. */
  private Optional<Instant> lastDirectory = Optional.empty();

  TransferTarget(ContainerPath destination, String asWritten, Options options, TarWriter tar) {
    this.destination = destination;
    this.asWritten = asWritten;
    this.options = options;
    this.tar = tar;
    this.made = destination.exists();
    this.directory = asWritten.endsWith("/") || destination.isDirectory();
  }

  /**
   * Makes the destination if it must be a directory, and its parents, where nothing was written.
   *
   * @throws TransferException the destination ends with a slash but is no directory
   */
  void finish() throws IOException {
    if (directory) {
      enterDirectory("");
      if (!destination.exists() && lastDirectory.isPresent()) {
        FileAttributes made = FileAttributes.ofRoot(madeWith, lastDirectory.get());
        tar.directory(destination.path(), owned(made)); // once more: the last of its times counts
      }
    } else {
      make(newDirectoryMode());
    }
  }

  /**
   * The path below which the content of a directory source goes.
   *
   * @param modified of the source itself
   * @throws TransferException the destination is a file
   */
  String enterDirectory(String source, Instant modified) throws IOException {
    String path = enterDirectory(source);
    lastDirectory = Optional.of(modified);
    return path;
  }

  /** As above, for what has no time of its own. */
  String enterDirectory(String source) throws IOException {
    return enterDirectory(source, newDirectoryMode());
  }

  /** As {@link #enterDirectory}, for what an archive holds: {@code --chmod} has no say there. */
  String enterDirectoryOfArchive(String archive) throws IOException {
    lastDirectory = Optional.empty();
    return enterDirectory(archive, NEW_DIRECTORY_MODE);
  }

  private String enterDirectory(String source, int mode) throws IOException {
    if (file || (destination.exists() && !destination.isDirectory())) {
      throw new TransferException(
          source.isEmpty()
              ? "%s ends with a slash but is not a directory".formatted(asWritten)
              : "cannot copy the directory %s over the file %s".formatted(source, asWritten));
    }
    directory = true;
    make(mode);
    return destination.path();
  }

  /**
   * The path of a file source whose name is {@code name}.
   *
   * @throws TransferException it is the second file for a destination that is no directory
   */
  String pathOfFile(String name) throws IOException {
    lastDirectory = Optional.empty();
    if (directory) {
      return ContainerPath.child(enterDirectory(""), name);
    }
    if (file) {
      throw new TransferException(
          "several files are copied to %s, which is no directory, so that only the last would be left: %s"
              .formatted(
                  asWritten,
                  destination.exists()
                      ? "name a directory, for this is a file of the image"
                      : "end it with a slash to make it a directory"));
    }
    make(newDirectoryMode());
    file = true;
    return destination.path();
  }

  private int newDirectoryMode() {
    return options.mode().flatMap(ModeChange::octal).orElse(NEW_DIRECTORY_MODE);
  }

  /** The parents of the destination, and itself if it is a directory, unless they are there. */
  private void make(int mode) throws IOException {
    if (made) {
      return;
    }
    made = true;
    madeWith = mode;
    FileAttributes attributes = owned(FileAttributes.ofRoot(mode, options.now()));
    for (String path : destination.missing()) {
      tar.directory(path, attributes);
    }
    if (directory) {
      tar.directory(destination.path(), attributes);
    }
  }

  /** Tells the user what is no error. */
  void tell(String notice) {
    options.notices().accept(notice);
  }

  /** The archive; what it gets has passed {@link #placed} or {@link #owned}. */
  TarWriter tar() {
    return tar;
  }

  /** A source's attributes as {@code --chown} and {@code --chmod} want them. */
  FileAttributes placed(FileAttributes source, boolean isDirectory) {
    FileAttributes owned = owned(source);
    return options
        .mode()
        .map(change -> owned.withMode(change.apply(owned.mode(), isDirectory)))
        .orElse(owned);
  }

  /** A source's attributes with the owner of {@code --chown}. */
  FileAttributes owned(FileAttributes source) {
    return options.owner().map(source::withOwner).orElse(source);
  }

  /** The time for what carries none: the same for all that one instruction writes. */
  Instant now() {
    return options.now();
  }
}
