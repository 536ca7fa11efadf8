package io.jenkins.plugins.dockerfilebuild.coordination;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContentStore;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.MalformedTreeException;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A build history in a directory: one JSON file for each lineage, and the trees they speak of as
 * blobs. What is missing, damaged or of another version counts as no history. Thread-safe, also
 * between processes: files are replaced whole and the last writer wins.
 */
public final class FileBuildHistory implements BuildHistory {

  /** Stands in the file's name; another layout gets another number. */
  private static final String SUFFIX = ".v1.json";

  private static final long KEPT_BYTES = 64 << 20;

  private static final TypeReference<LinkedHashMap<String, StepRecord>> STEPS =
      new TypeReference<>() {};

  private final Path directory;
  private final ContentStore trees;
  private final JsonMapper json = JsonMapper.builder().build();

  /**
   * @param directory is made if it is missing
   */
  public FileBuildHistory(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.trees = ContentStore.open(directory.resolve("trees"));
  }

  @Override
  public Map<String, StepRecord> lastBuild(String lineage) {
    try {
      return json.readValue(Files.readAllBytes(file(lineage)), STEPS);
    } catch (IOException e) {
      return Map.of();
    }
  }

  /** Trees only make an explanation more exact, so the longest unused ones go. */
  private void boundTrees() throws IOException {
    trees.prune(KEPT_BYTES, Duration.ofDays(1));
  }

  @Override
  public void remember(String lineage, Map<String, StepRecord> steps) {
    try {
      AtomicFiles.write(file(lineage), json.writeValueAsBytes(steps));
    } catch (IOException e) {
      // No history for the next build: it cannot say why a step was not cached, and that is all.
    }
  }

  @Override
  public Optional<Tree> tree(Digest digest) {
    try (InputStream blob = trees.open(digest)) {
      return Optional.of(Tree.decode(blob.readAllBytes()));
    } catch (IOException | MalformedTreeException e) {
      return Optional.empty();
    }
  }

  @Override
  public void rememberTree(Tree tree) {
    if (!trees.contains(tree.digest())) {
      try (InputStream blob = Bytes.of(tree.encoded()).openStream()) {
        trees.store(tree.digest(), blob);
        boundTrees();
      } catch (IOException e) {
        // As above: the next build names the mount that changed, but not the file.
      }
    }
  }

  /** Lineages hold whatever users call their files, so the name is a digest. */
  private Path file(String lineage) {
    return directory.resolve(Digest.of(lineage).hex() + SUFFIX);
  }
}
