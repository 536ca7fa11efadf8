package io.jenkins.plugins.dockerfilebuild.build;

import io.jenkins.plugins.dockerfilebuild.content.ContextTree;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSources;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The build context, and beside it the files that were fetched for ADD. */
record FetchedFiles(ContextTree context, RemoteSources sources) implements ContextTree {

  @Override
  public List<String> resolve(String source) {
    return context.resolve(source);
  }

  @Override
  public Tree tree(String path) {
    return context.tree(path);
  }

  @Override
  public Tree tree(String path, List<List<String>> leftOut) {
    return context.tree(path, leftOut);
  }

  @Override
  public InputStream open(Digest content) throws IOException {
    Optional<InputStream> fetched = sources.open(content);
    return fetched.isPresent() ? fetched.get() : context.open(content);
  }

  @Override
  public Set<Digest> storeBeside(String agent, Set<Digest> files) {
    return context.storeBeside(agent, files);
  }
}
