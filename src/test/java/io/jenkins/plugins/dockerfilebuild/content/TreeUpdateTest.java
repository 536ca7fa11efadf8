package io.jenkins.plugins.dockerfilebuild.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class TreeUpdateTest {

  /** Names that sort around the slash, so that children and siblings mix in byte order. */
  private static final List<String> NAMES = List.of("a", "a-", "a.b", "a0", "b", "\u00fc");

  private static Tree randomTree(Random random, ContentStore store) throws IOException {
    TreeMap<String, TreeEntry> entries = new TreeMap<>();
    entries.put("", TreeEntry.directory("", 0755));
    for (int i = random.nextInt(30); i > 0; i--) {
      List<TreeEntry> parents = entries.values().stream().filter(TreeEntry::isDirectory).toList();
      String parent = parents.get(random.nextInt(parents.size())).path();
      String name = NAMES.get(random.nextInt(NAMES.size()));
      String path = parent.isEmpty() ? name : parent + "/" + name;
      entries.putIfAbsent(path, randomEntry(random, path, store));
    }
    Tree tree = Tree.of(new ArrayList<>(entries.values()));
    LongStream times =
        random.longs(tree.entries().size(), 0, 3).map(t -> t * 1_000_000_000_000_000_007L);
    return tree.withTimes(ModificationTimes.of(times));
  }

  private static TreeEntry randomEntry(Random random, String path, ContentStore store)
      throws IOException {
    int mode = List.of(0644, 0755, 0600, 04711).get(random.nextInt(4));
    return switch (random.nextInt(4)) {
      case 0 -> TreeEntry.symlink(path, "target" + random.nextInt(2));
      case 1 -> {
        byte[] content = ("content" + random.nextInt(3)).getBytes(UTF_8);
        store.store(Digest.of(content), content);
        yield TreeEntry.file(path, mode, content.length, Digest.of(content));
      }
      default -> TreeEntry.directory(path, mode | 0700);
    };
  }

  @Property(tries = 40)
  void aDirectoryThatFollowsTreesHoldsTheLastOneExactly(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Path temporary = Files.createTempDirectory("tree-update");
    try {
      ContentStore store = ContentStore.open(temporary.resolve("store"));
      TreeDirectory directory = new TreeDirectory(Files.createDirectory(temporary.resolve("home")));
      Optional<Tree> before = Optional.empty();
      for (int i = 0; i < 5; i++) {
        Tree after = randomTree(random, store);
        directory.change(before, after, store);
        assertHolds(directory, after);
        before = directory.tree();
      }
    } finally {
      RecursiveRemoval.remove(temporary);
    }
  }

  private static void assertHolds(TreeDirectory directory, Tree expected) {
    Tree actual = SampleFiles.context(directory.content()).tree(".");
    assertThat(Tree.difference(expected, actual).summary()).isEqualTo("nothing changed");
    for (int i = 0; i < expected.entries().size(); i++) {
      if (expected.entries().get(i).type() != TreeEntry.Type.SYMLINK) {
        assertThat(actual.times().orElseThrow().nanos(i))
            .as(expected.entries().get(i).path())
            .isEqualTo(expected.times().orElseThrow().nanos(i));
      }
    }
  }
}
