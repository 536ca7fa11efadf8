package io.jenkins.plugins.dockerfilebuild.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A source, a store that its files are sent to, and directories that are made of them. */
abstract class TreeDirectoriesFixture {

  @TempDir Path temporary;
  Path source;
  ContentStore store;
  TreeDirectories directories;

  @BeforeEach
  void open() throws IOException {
    source = Files.createDirectory(temporary.resolve("source"));
    store = ContentStore.open(temporary.resolve("store"));
    directories = openDirectories();
    for (String name : List.of("a", "d/b", "d/c", "e/f/g")) {
      SampleFiles.write(source, name, "content of " + name);
    }
  }

  TreeDirectories openDirectories() throws IOException {
    return TreeDirectories.open(temporary.resolve("directories"), store, 2);
  }

  /** The source as it is now, its files in the store. */
  Tree sent() throws IOException {
    DirectoryContext context = SampleFiles.context(source);
    Tree tree = context.tree(".");
    SampleFiles.send(context, tree, store);
    return tree;
  }

  static Tree onDisk(Path directory) {
    return SampleFiles.context(directory).tree(".");
  }

  void assertHolds(TreeDirectories.Lease lease, Tree tree) {
    assertThat(Tree.difference(onDisk(lease.path()), tree).summary()).isEqualTo("nothing changed");
    Tree actual = onDisk(lease.path());
    for (int i = 0; i < tree.entries().size(); i++) {
      // The times of symbolic links are not kept.
      if (tree.entries().get(i).type() != TreeEntry.Type.SYMLINK) {
        assertThat(actual.times().orElseThrow().nanos(i))
            .as(tree.entries().get(i).path())
            .isEqualTo(tree.times().orElseThrow().nanos(i));
      }
    }
  }

  long homes() throws IOException {
    try (Stream<Path> homes = Files.list(temporary.resolve("directories"))) {
      return homes.count();
    }
  }

  static Object inode(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }
}
