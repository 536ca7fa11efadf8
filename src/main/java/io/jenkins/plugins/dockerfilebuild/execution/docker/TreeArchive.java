package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.content.BlobSource;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.VolumeFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/** A tree of a build context as an archive for a volume; all of it belongs to root. */
final class TreeArchive {

  private TreeArchive() {}

  /**
   * Writes the whole tree, its root first.
   *
   * @param placed the time of files for which the tree knows none
   */
  static void write(Tree tree, BlobSource blobs, Instant placed, TarWriter tar) throws IOException {
    List<TreeEntry> entries = tree.entries();
    for (int i = 0; i < entries.size(); i++) {
      int index = i;
      Instant modified =
          tree.times().map(times -> Instant.ofEpochSecond(0, times.nanos(index))).orElse(placed);
      write(entries.get(i), modified, blobs, tar);
    }
  }

  private static void write(TreeEntry entry, Instant modified, BlobSource blobs, TarWriter tar)
      throws IOException {
    String path = ContainerPath.child(VolumeFiles.at(FilledVolumes.CONTENT), entry.path());
    FileAttributes attributes = FileAttributes.ofRoot(entry.mode(), modified);
    switch (entry.type()) {
      case DIRECTORY -> tar.directory(path, attributes);
      case SYMLINK -> tar.symbolicLink(path, attributes, entry.linkTarget());
      case FILE -> {
        try (InputStream content = blobs.open(entry.content())) {
          tar.file(path, attributes, entry.size(), content);
        }
      }
    }
  }
}
