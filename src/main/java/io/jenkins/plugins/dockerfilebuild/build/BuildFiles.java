package io.jenkins.plugins.dockerfilebuild.build;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSources;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.content.TreeFiles;
import io.jenkins.plugins.dockerfilebuild.plan.BuildContexts;
import io.jenkins.plugins.dockerfilebuild.plan.BuildPlan;
import io.jenkins.plugins.dockerfilebuild.plan.NamedContext;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * All files that the steps of one build see: those of its build contexts, and those that were
 * fetched for ADD. Thread-safe.
 */
final class BuildFiles implements TreeFiles {

  private final TreeFiles main;
  private final RemoteSources sources;

  /** Which named context has a file; what is not here is the build context's. */
  private final Map<Digest, TreeFiles> named = new HashMap<>();

  BuildFiles(BuildPlan plan, BuildContexts contexts, RemoteSources sources) {
    this.main = contexts.main();
    this.sources = sources;
    plan.steps().stream()
        .flatMap(step -> step.operation().takesFrom())
        .filter(PlannedSource.Context.class::isInstance)
        .map(PlannedSource.Context.class::cast)
        .forEach(source -> learn(source, contexts));
  }

  private void learn(PlannedSource.Context source, BuildContexts contexts) {
    if (source.context().flatMap(contexts::find).orElse(null) instanceof NamedContext.Files files) {
      source.tree().entries().stream()
          .map(TreeEntry::content)
          .filter(Objects::nonNull)
          .forEach(content -> named.put(content, files.tree()));
    }
  }

  @Override
  public InputStream open(Digest content) throws IOException {
    Optional<InputStream> fetched = sources.open(content);
    return fetched.isPresent() ? fetched.get() : holder(content).open(content);
  }

  private TreeFiles holder(Digest content) {
    return named.getOrDefault(content, main);
  }

  @Override
  public Set<Digest> storeBeside(String agent, Set<Digest> files) {
    Map<TreeFiles, Set<Digest>> byHolder = new HashMap<>();
    files.forEach(file -> byHolder.computeIfAbsent(holder(file), any -> new HashSet<>()).add(file));
    Set<Digest> stored = new HashSet<>();
    byHolder.forEach((holder, held) -> stored.addAll(holder.storeBeside(agent, held)));
    return stored;
  }
}
