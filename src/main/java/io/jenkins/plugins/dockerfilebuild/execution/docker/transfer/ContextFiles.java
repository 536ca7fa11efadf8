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
import java.util.Optional;
import java.util.Set;

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

  /**
   * Directories of {@code source} that are only on the way to what {@code --parents} copies, those
   * above others first.
   *
   * @return paths below the destination
   */
  static List<String> ways(ContextSource source, BlobSource blobs) throws IOException {
    Optional<SourcePattern> copied =
        source.include().filter(pattern -> !pattern.isEmpty()).map(SourcePattern::parse);
    if (copied.isEmpty()) {
      return List.of();
    }
    return new SentTrees(blobs)
        .tree(source.tree()).entries().stream()
            .filter(entry -> entry.isDirectory() && !copied.get().matchesOrHolds(entry.path()))
            .map(TreeEntry::path)
            .filter(path -> !path.isEmpty())
            .toList();
  }

  /**
   * Copies one source.
   *
   * @param left directories in the container that are not written
   */
  void copy(ContextSource source, Set<String> left) throws IOException {
    Tree tree = new SentTrees(blobs).tree(source.tree());
    TreeEntry root = tree.entries().get(0);
    if (root.isDirectory()) {
      String base =
          source.include().isPresent()
              ? target.enterDirectory(source.path())
              : target.enterDirectory(source.path(), modified(tree, 0));
      writeAll(base, tree, left);
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
      archive.doubt().ifPresent(target::tell);
      return archive.isTar();
    }
  }

  private void writeAll(String base, Tree tree, Set<String> left) throws IOException {
    List<TreeEntry> entries = tree.entries();
    for (int i = 1; i < entries.size(); i++) {
      TreeEntry entry = entries.get(i);
      String path = ContainerPath.child(base, entry.path());
      if (!entry.isDirectory() || !left.contains(path)) {
        write(path, entry, modified(tree, i));
      }
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
