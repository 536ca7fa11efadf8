package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.BlobSource;
import io.jenkins.plugins.dockerfilebuild.content.ContextTree;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.coordination.InMemoryTransferRates;
import io.jenkins.plugins.dockerfilebuild.execution.context.ContextDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextMovesTest {

  @TempDir private Path directory;
  @TempDir private Path state;

  private final Set<Digest> carried = new HashSet<>();

  /** An agent that lacks everything. */
  private Agent agent(String name) {
    InvocationHandler answers =
        (proxy, method, arguments) -> {
          if (method.getName().equals("missingBlobs")) {
            return new HashSet<>((Collection<?>) arguments[0]);
          }
          for (Object digest : (Collection<?>) arguments[0]) {
            carried.add((Digest) digest);
            ((BlobSource) arguments[1]).open((Digest) digest).close();
          }
          return null;
        };
    return TestAgents.answering(name, 1, answers);
  }

  @Test
  void whatAnAgentBesideTheContextStoresItselfIsNotCarriedThere() throws Exception {
    Files.writeString(directory.resolve("a"), "a");
    Files.writeString(directory.resolve("b"), "b");
    try (DirectoryContext files =
        ContextDirectory.open(directory, Optional.empty(), state.resolve("stat-cache"))) {
      Tree tree = files.tree(".");
      Set<Digest> contents =
          tree.entries().stream()
              .map(TreeEntry::content)
              .filter(Objects::nonNull)
              .collect(Collectors.toSet());
      ContextMoves moves =
          new ContextMoves(new Beside(files, "beside"), new InMemoryTransferRates());

      long bytes = moves.send(tree, List::of, agent("beside"));

      assertThat(bytes).isGreaterThan(2);
      assertThat(carried).isNotEmpty().doesNotContainAnyElementsOf(contents);
      moves.send(tree, List::of, agent("elsewhere"));
      assertThat(carried).containsAll(contents);
    }
  }

  /** A context that lies where one agent is. */
  private record Beside(ContextTree files, String neighbour) implements ContextTree {

    @Override
    public List<String> resolve(String source) {
      return files.resolve(source);
    }

    @Override
    public Tree tree(String path) {
      return files.tree(path);
    }

    @Override
    public Tree tree(String path, List<List<String>> leftOut) {
      return files.tree(path, leftOut);
    }

    @Override
    public InputStream open(Digest content) throws IOException {
      return files.open(content);
    }

    @Override
    public Set<Digest> storeBeside(String agent, Set<Digest> wanted) {
      return agent.equals(neighbour) ? wanted : Set.of();
    }
  }
}
