package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.ContextTree;
import io.jenkins.plugins.dockerfilebuild.content.PathPattern;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.dockerfile.NearestWord;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Finds what mounts, COPY and ADD of one stage take files from. Immutable. */
final class SourceFinder {

  private final PlanScope scope;
  private final int stage;

  SourceFinder(PlanScope scope, int stage) {
    this.scope = scope;
    this.stage = stage;
  }

  /** The steps whose results an operation takes files from. */
  static SortedSet<Integer> steps(PlannedOperation operation) {
    SortedSet<Integer> steps = new TreeSet<>();
    files(operation)
        .map(PlannedSource.Files::root)
        .filter(RootFilesystem.Result.class::isInstance)
        .forEach(root -> steps.add(((RootFilesystem.Result) root).step()));
    return steps;
  }

  private static Stream<PlannedSource.Files> files(PlannedOperation operation) {
    Stream<PlannedSource> sources = Stream.empty();
    if (operation instanceof PlannedOperation.Run run) {
      sources = run.mounts().stream().flatMap(SourceFinder::sources);
    } else if (operation instanceof PlannedOperation.Transfer transfer) {
      sources = transfer.sources().stream();
    }
    return sources
        .filter(PlannedSource.Files.class::isInstance)
        .map(PlannedSource.Files.class::cast);
  }

  private static Stream<? extends PlannedSource> sources(PlannedMount mount) {
    if (mount instanceof PlannedMount.Bind bind) {
      return Stream.of(bind.source());
    }
    return mount instanceof PlannedMount.Cache cache
        ? cache.directory().seed().stream()
        : Stream.empty();
  }

  /**
   * The files that {@code --from} names.
   *
   * @param user for the message, such as {@code cannot copy from}
   */
  PlannedSource.Files files(String from, String user, List<String> paths, int line) {
    return new PlannedSource.Files(
        root(from, user, line), from, paths.stream().map(UnixPath::belowRoot).toList(), List.of());
  }

  private RootFilesystem root(String from, String user, int line) {
    Origin origin = scope.names().source(from, user, line, stage);
    if (origin instanceof Origin.Stage above) {
      return scope.finished().get(above.index()).root();
    }
    if (origin instanceof Origin.Image image) {
      return new RootFilesystem.Base(
          image.reference().name(), scope.request().known().get(image.reference()));
    }
    return new RootFilesystem.Scratch();
  }

  /** What a path of the build context shows to a bind mount. */
  PlannedSource.Context mounted(String path, int line) {
    String clean = UnixPath.belowRoot(path).replaceFirst("^/", "");
    Tree tree = reading(line, () -> scope.request().context().tree(clean));
    return new PlannedSource.Context(clean, tree, false, Optional.empty());
  }

  /**
   * What a source of COPY or ADD means in the build context.
   *
   * @return nothing if the source has wildcards and no file matches
   */
  List<PlannedSource.Context> copied(ContextPattern pattern, int line) {
    ContextTree tree = scope.request().context();
    List<String> roots = resolve(pattern.root(), pattern, line);
    if (pattern.parents()) {
      resolve(pattern.path(), pattern, line);
    }
    return roots.stream()
        .map(
            path ->
                new PlannedSource.Context(
                    path,
                    reading(line, () -> tree.tree(path, pattern.leftOut())),
                    pattern.unpack(),
                    pattern.include()))
        .toList();
  }

  /** The paths that match; one without wildcards must be there. */
  private List<String> resolve(String path, ContextPattern pattern, int line) {
    boolean wildcards = PathPattern.hasWildcards(path);
    List<String> paths = reading(line, () -> scope.request().context().resolve(path));
    if (paths.isEmpty() && !wildcards) {
      throw notFound(pattern, line);
    }
    return paths;
  }

  private DockerfileException notFound(ContextPattern pattern, int line) {
    String path = UnixPath.belowRoot(pattern.path()).replaceFirst("^/", "");
    int slash = path.lastIndexOf('/');
    List<String> siblings =
        scope.request().context().resolve(slash < 0 ? "*" : path.substring(0, slash) + "/*");
    Optional<String> nearest =
        NearestWord.ofAnyCase(path, siblings)
            .flatMap(near -> siblings.stream().filter(near::equalsIgnoreCase).findFirst());
    return scope
        .request()
        .problem(
            line,
            "\"%s\" not found in the build context".formatted(pattern.text()),
            nearest
                .map(near -> "did you mean " + near + "?")
                .orElse("the path is relative to the context; .dockerignore may leave it out"));
  }

  /** A context that cannot be read is told with the line that wanted to. */
  private <T> T reading(int line, Supplier<T> read) {
    try {
      return read.get();
    } catch (ContextException e) {
      String file = scope.request().dockerfile().file();
      throw new ContextException("%s:%d: %s".formatted(file, line, e.getMessage()), e);
    }
  }
}
