package io.jenkins.plugins.dockerfilebuild.remote;

import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.ContextFilter;
import io.jenkins.plugins.dockerfilebuild.content.ContextFolders;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.content.RemoteContent;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSources;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.dockerfile.IgnorePatterns;
import io.jenkins.plugins.dockerfilebuild.http.CallLimits;
import io.jenkins.plugins.dockerfilebuild.http.HttpCalls;
import io.jenkins.plugins.dockerfilebuild.http.Proxies;
import io.jenkins.plugins.dockerfilebuild.http.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Fetches from this machine into folders that later builds find again. Each source is read as a
 * build context of its own. Use one instance per build.
 */
public final class NetworkSources implements RemoteSources, AutoCloseable {

  private final Path state;
  private final FetchLimits limits;
  private final Proxies proxies;
  private final HttpCalls calls;

  /** What was fetched, with the digests of its files. */
  private final List<Fetched> fetched = new CopyOnWriteArrayList<>();

  private record Fetched(DirectoryContext files, Tree tree) {}

  NetworkSources(Path state, Map<String, String> environment, FetchLimits limits) {
    this.state = state;
    this.limits = limits;
    this.proxies = Proxies.of(environment);
    this.calls =
        HttpCalls.trusting(
            Trust.ofMachine(environment), proxies, new CallLimits(limits.answer(), limits.whole()));
  }

  /**
   * @param state a directory for what was fetched; a folder that is not used for two weeks goes
   * @param environment names proxies ({@link Proxies}) and whom to trust ({@link Trust})
   */
  public static NetworkSources below(Path state, Map<String, String> environment) {
    return new NetworkSources(state, environment, FetchLimits.DEFAULT);
  }

  @Override
  public RemoteContent fetch(RemoteSource source) throws InterruptedException {
    try {
      return source instanceof RemoteSource.Git git
          ? checkout(git)
          : download((RemoteSource.Download) source);
    } catch (InterruptedIOException e) {
      throw new InterruptedException("canceled");
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new ContextException(
          "ADD of %s: %s".formatted(UrlCredentials.removed(source.text()), why), e);
    }
  }

  private RemoteContent download(RemoteSource.Download source) throws IOException {
    Path folder = folder("http", source.url());
    HttpFile file = new HttpFile(folder, calls, limits.bytes());
    Digest digest = file.bring(source);
    Tree tree = read(folder, digest.hex(), List.of(), folder.resolve("stat-cache"));
    if (!digest.equals(tree.entries().get(0).content())) {
      file.forget(digest);
      throw new IOException("what was kept of it is damaged and is forgotten now: build again");
    }
    return new RemoteContent(tree, tree.digest());
  }

  private RemoteContent checkout(RemoteSource.Git source) throws IOException {
    Path folder = folder("git", source.remote());
    GitCheckout checkout = new GitCheckout(folder, limits, proxies.forPrograms());
    GitCheckout.Commit commit = checkout.bring(source);
    Path statCache = folder.resolve(commit.directory().getFileName() + ".stat-cache");
    Tree tree = read(commit.directory(), source.directory(), source.excludes(), statCache);
    Digest identity =
        source.keepGitDir()
            ? Digest.of(
                "git commit %s %s %s%s"
                    .formatted(
                        commit.id(),
                        source.excludes(),
                        source.directory(),
                        source.submodules() ? "" : " alone"))
            : tree.digest();
    return new RemoteContent(tree, identity);
  }

  private Path folder(String kind, String name) {
    return ContextFolders.below(state.resolve(kind)).of(name);
  }

  /** Symbolic links stay links and are not followed out of the directory, as in any context. */
  private Tree read(Path directory, String path, List<String> excludes, Path statCache) {
    DirectoryContext files =
        DirectoryContext.open(
            new DirectoryContext.Settings(
                directory, ContextFilter.EVERYTHING, NetworkSources::filter, statCache));
    Tree tree = files.tree(path, List.of(excludes));
    fetched.add(new Fetched(files, tree));
    return tree;
  }

  private static ContextFilter filter(List<String> patterns) {
    IgnorePatterns ignored = IgnorePatterns.of(patterns);
    return new ContextFilter() {
      @Override
      public boolean includes(String path) {
        return !ignored.ignores(path);
      }

      @Override
      public boolean mayIncludeBelow(String directory) {
        return ignored.mayIncludeBelow(directory);
      }
    };
  }

  @Override
  public Optional<InputStream> open(Digest content) throws IOException {
    for (Fetched source : fetched) {
      if (source.tree.entries().stream().anyMatch(entry -> content.equals(entry.content()))) {
        return Optional.of(source.files.open(content));
      }
    }
    return Optional.empty();
  }

  /** Remembers what was read. */
  @Override
  public void close() {
    fetched.forEach(source -> source.files.close());
  }
}
