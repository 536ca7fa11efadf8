package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Puts files of trees into directories: a hard link to the blob where that is safe, else a copy.
 *
 * <p>A link shares mode and mtime with every other link, so it is made only if the blob has those
 * that are wanted, or if nobody else has linked it yet, and then the blob is given them. That is a
 * look and an act: callers hold {@link ContentStore#lockForLinking()} and let one thread at a time
 * place files of one content.
 */
final class FilePlacer {

  private static final String ATTRIBUTES = "unix:mode,size,lastModifiedTime,nlink";
  private static final int PERMISSION_BITS = 07777;
  private static final int OWNER_READ = 0400;

  private final ContentStore store;

  FilePlacer(ContentStore store) {
    this.store = store;
  }

  /**
   * @param target where nothing is yet
   * @throws ContentMissingException the store lacks the content, or holds only a part of it
   */
  void place(TreeEntry file, long modifiedNanos, Path target) throws IOException {
    Path blob = store.file(file.content());
    Map<String, Object> stat = stat(file, blob);
    FileTime wanted = FileTime.from(modifiedNanos, TimeUnit.NANOSECONDS);
    boolean sameMode = ((Integer) stat.get("mode") & PERMISSION_BITS) == file.mode();
    boolean sameTime = wanted.equals(stat.get("lastModifiedTime"));
    if (!sameMode || !sameTime) {
      // A blob that its owner cannot read would be lost to the store where we are not root.
      if ((Integer) stat.get("nlink") > 1 || (file.mode() & OWNER_READ) == 0) {
        copy(blob, file.mode(), wanted, target);
        return;
      }
      if (!sameTime) {
        Files.setLastModifiedTime(blob, wanted);
      }
      if (!sameMode) {
        Files.setAttribute(blob, "unix:mode", file.mode());
      }
    }
    try {
      Files.createLink(target, blob);
    } catch (FileSystemException | UnsupportedOperationException e) {
      // Another file system, one without links, or the 65,000 links that ext4 allows a file.
      copy(blob, file.mode(), wanted, target);
    }
  }

  private Map<String, Object> stat(TreeEntry file, Path blob) throws IOException {
    try {
      Map<String, Object> stat = Files.readAttributes(blob, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
      if (stat.get("size").equals(file.size())) {
        return stat;
      }
    } catch (NoSuchFileException e) {
      throw new ContentMissingException(file.content());
    }
    store.discard(file.content());
    throw new ContentMissingException(file.content());
  }

  private static void copy(Path blob, int mode, FileTime modified, Path target) throws IOException {
    try (InputStream in = Files.newInputStream(blob);
        OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      in.transferTo(out);
    }
    finish(target, mode, modified);
  }

  /** Times first: they need a file that can be opened. */
  static void finish(Path path, int mode, FileTime modified) throws IOException {
    Files.setLastModifiedTime(path, modified);
    Files.setAttribute(path, "unix:mode", mode);
  }
}
