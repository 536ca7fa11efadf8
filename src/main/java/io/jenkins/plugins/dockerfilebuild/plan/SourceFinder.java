package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.PathPattern;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.dockerfile.NearestWord;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

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
    operation
        .takesFrom()
        .filter(PlannedSource.Files.class::isInstance)
        .map(source -> ((PlannedSource.Files) source).root())
        .filter(RootFilesystem.Result.class::isInstance)
        .forEach(root -> steps.add(((RootFilesystem.Result) root).step()));
    return steps;
  }

  /**
   * The build context that files are taken from, where it is one.
   *
   * @param from of COPY or a mount
   * @param user as of {@link #files}
   * @return empty if {@code from} names a stage or image
   */
  Optional<SourceContext> context(Optional<String> from, String user, int line) {
    if (from.isEmpty()) {
      return Optional.of(new SourceContext(Optional.empty(), scope.request().contexts().main()));
    }
    return scope.names().source(from.get(), user, line, stage) instanceof Origin.Directory directory
        ? Optional.of(directory.context())
        : Optional.empty();
  }

  /**
   * The files of a stage or image that {@code --from} names.
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
    if (origin instanceof Origin.Directory) {
      throw scope
          .request()
          .problem(
              line,
              "a cache directory cannot begin with the build context \"%s\"".formatted(from),
              "a stage can take the files there: FROM scratch and COPY --from");
    }
    return new RootFilesystem.Scratch();
  }

  /** What a path of a build context shows to a bind mount. */
  PlannedSource.Context mounted(SourceContext context, String path, int line) {
    String clean = UnixPath.belowRoot(path).replaceFirst("^/", "");
    Tree tree = reading(line, () -> context.tree().tree(clean));
    return new PlannedSource.Context(context.name(), clean, tree, false, Optional.empty());
  }

  /**
   * What a source of COPY or ADD means in a build context.
   *
   * @return nothing if the source has wildcards and no file matches
   */
  List<PlannedSource.Context> copied(SourceContext context, ContextPattern pattern, int line) {
    List<String> roots = resolve(context, pattern.root(), pattern, line);
    if (pattern.parents()) {
      resolve(context, pattern.path(), pattern, line);
    }
    return roots.stream()
        .map(
            path ->
                new PlannedSource.Context(
                    context.name(),
                    path,
                    reading(line, () -> context.tree().tree(path, pattern.leftOut())),
                    pattern.unpack(),
                    pattern.include()))
        .toList();
  }

  /** The paths that match; one without wildcards must be there. */
  private List<String> resolve(
      SourceContext context, String path, ContextPattern pattern, int line) {
    boolean wildcards = PathPattern.hasWildcards(path);
    List<String> paths = reading(line, () -> context.tree().resolve(path));
    if (paths.isEmpty() && !wildcards) {
      throw notFound(context, pattern, line);
    }
    return paths;
  }

  private DockerfileException notFound(SourceContext context, ContextPattern pattern, int line) {
    String path = UnixPath.belowRoot(pattern.path()).replaceFirst("^/", "");
    int slash = path.lastIndexOf('/');
    List<String> siblings =
        context.tree().resolve(slash < 0 ? "*" : path.substring(0, slash) + "/*");
    Optional<String> nearest =
        NearestWord.ofAnyCase(path, siblings)
            .flatMap(near -> siblings.stream().filter(near::equalsIgnoreCase).findFirst());
    return scope
        .request()
        .problem(
            line,
            "\"%s\" not found in the %s".formatted(pattern.text(), context.words()),
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
