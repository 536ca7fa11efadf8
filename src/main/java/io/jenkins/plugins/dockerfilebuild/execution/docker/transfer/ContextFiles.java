package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.content.BlobSource;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.ContextSource;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/**
 * Copies trees of the build context. What it writes belongs to root unless {@code --chown} says
 * otherwise, for a tree knows no owners, and carries the time of the copy where the tree knows
 * none.
 */
final class ContextFiles {

  private final BlobSource blobs;
  private final TransferTarget target;

  ContextFiles(BlobSource blobs, TransferTarget target) {
    this.blobs = blobs;
    this.target = target;
  }

  /** The path with which {@code --parents} keeps a source: what follows {@code /./}, or all. */
  static String keptPath(String path) {
    int pivot = path.indexOf("/./");
    return ContainerPath.clean(pivot < 0 ? path : path.substring(pivot + 3)).substring(1);
  }

  void copy(ContextSource source, boolean parents) throws IOException {
    Tree tree = new SentTrees(blobs).tree(source.tree());
    TreeEntry root = tree.entries().get(0);
    if (parents) {
      String directory = target.enterDirectory(source.path());
      writeAll(ContainerPath.child(directory, keptPath(source.path())), tree, 0);
    } else if (root.type() == TreeEntry.Type.DIRECTORY) {
      writeAll(target.enterDirectory(source.path()), tree, 1);
    } else if (!source.unpack() || !unpacked(source, root)) {
      write(target.pathOfFile(ContainerPath.name(source.path())), root, modified(tree, 0));
    }
  }

  private boolean unpacked(ContextSource source, TreeEntry file) throws IOException {
    try (InputStream bytes = blobs.open(file.content());
        LocalArchive archive = LocalArchive.open(source.path(), bytes)) {
      if (archive.isTar()) {
        new ArchiveUnpacking(archive, target).run();
      }
      return archive.isTar();
    }
  }

  private void writeAll(String base, Tree tree, int from) throws IOException {
    List<TreeEntry> entries = tree.entries();
    for (int i = from; i < entries.size(); i++) {
      TreeEntry entry = entries.get(i);
      write(ContainerPath.child(base, entry.path()), entry, modified(tree, i));
    }
  }

  private Instant modified(Tree tree, int index) {
    return tree.times()
        .map(times -> Instant.ofEpochSecond(0, times.nanos(index)))
        .orElse(target.now());
  }

  private void write(String path, TreeEntry entry, Instant modified) throws IOException {
    FileAttributes attributes =
        target.placed(
            FileAttributes.ofRoot(entry.mode(), modified),
            entry.type() == TreeEntry.Type.DIRECTORY);
    switch (entry.type()) {
      case DIRECTORY -> target.tar().directory(path, attributes);
      case SYMLINK -> target.tar().symbolicLink(path, attributes, entry.linkTarget());
      case FILE -> {
        try (InputStream content = blobs.open(entry.content())) {
          target.tar().file(path, attributes, entry.size(), content);
        }
      }
    }
  }
}
