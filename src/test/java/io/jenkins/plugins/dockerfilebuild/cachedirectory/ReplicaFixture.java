package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two directories as replicas, on real files, and what a file is made of. */
abstract class ReplicaFixture {

  @TempDir private Path temporary;
  final Random random = new Random(20261125);
  Replica one;
  Replica other;

  @BeforeEach
  void directories() throws IOException {
    one = Replicas.at(Files.createDirectories(temporary.resolve("one/0")));
    other = Replicas.at(Files.createDirectories(temporary.resolve("other")).resolve("0"));
  }

  void write(String path, int size) throws IOException {
    Path file = one.content().resolve(path);
    Files.createDirectories(file.getParent());
    if (Files.isSymbolicLink(file)) {
      Files.delete(file);
    }
    Files.write(file, bytes(size));
  }

  byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  static void remove(Path path) throws IOException {
    io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval.remove(path);
  }

  static UserDefinedFileAttributeView attributes(Path file) {
    return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
  }

  /** All that is to survive: path → type, mode, owner, time, links, content. */
  static Map<String, String> listing(Path root) throws IOException {
    Map<String, String> listing = new TreeMap<>();
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> all = Files.walk(root)) {
      all.forEach(paths::add);
    }
    for (Path path : paths) {
      FileStat stat = FileStat.of(path);
      String content = "";
      if (stat.isFile()) {
        content =
            io.jenkins.plugins.dockerfilebuild.content.Digest.of(Files.readAllBytes(path))
                .abbreviated();
      } else if (stat.isSymlink()) {
        content = Files.readSymbolicLink(path).toString();
      }
      String time = stat.isSymlink() ? "" : String.valueOf(stat.modifiedNanos());
      listing.put(
          root.relativize(path).toString(),
          "%o %d:%d %s %s".formatted(stat.mode(), stat.uid(), stat.gid(), time, content));
    }
    return listing;
  }
}
