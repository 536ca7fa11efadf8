package io.jenkins.plugins.dockerfilebuild.remote;

import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Commits of one remote repository, each in a directory of its own that is made once and never
 * changed. A commit that is there is not fetched again; a branch or a tag is looked up each time.
 */
final class GitCheckout {

  private static final Pattern FULL_COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{4,64}");
  private static final String FETCH_HEAD = "FETCH_HEAD";
  private static final int FILE = 0644;
  private static final int PROGRAM = 0755;
  private static final int EXECUTABLE = 0100;

  private final Path folder;
  private final GitProgram git;

  /**
   * @param folder of the remote
   * @param proxies variables for git
   */
  GitCheckout(Path folder, FetchLimits limits, Map<String, String> proxies) {
    this.folder = folder;
    this.git = new GitProgram(limits, proxies);
  }

  /** A commit's files. */
  record Commit(String id, Path directory) {}

  /**
   * Has the commit's files in a directory.
   *
   * @throws IOException git is not there or fails, the commit is not what its checksum says, or its
   *     files and what git keeps of it are larger than the limit
   */
  Commit bring(RemoteSource.Git source) throws IOException {
    Optional<String> known = commitOf(source);
    if (known.isPresent()) {
      refuseOther(source, known.get());
      Path directory = directory(known.get(), source);
      if (Files.isDirectory(directory)) {
        return new Commit(known.get(), directory);
      }
    }
    return fetch(source, known);
  }

  /** The commit that the reference means now; empty if that takes a fetch, as with a short id. */
  private Optional<String> commitOf(RemoteSource.Git source) throws IOException {
    String reference = source.reference();
    if (FULL_COMMIT.matcher(reference).matches()) {
      return Optional.of(reference);
    }
    String asked = reference.isEmpty() ? "HEAD" : reference;
    List<String> lines =
        git.run(folder, "ls-remote", "--quiet", "--", source.remote(), asked, asked + "^{}")
            .lines()
            .toList();
    // Branches before tags, and an annotated tag's commit rather than the tag.
    for (String name :
        List.of(
            asked.equals("HEAD") ? asked : "refs/heads/" + asked,
            "refs/tags/" + asked + "^{}",
            "refs/tags/" + asked,
            asked + "^{}",
            asked)) {
      for (String line : lines) {
        String[] fields = line.split("\t", -1);
        if (fields.length == 2 && fields[1].equals(name)) {
          return Optional.of(fields[0]).filter(id -> FULL_COMMIT.matcher(id).matches());
        }
      }
    }
    if (!COMMIT.matcher(reference).matches() && !reference.startsWith("refs/")) {
      throw new IOException("the repository has no branch or tag \"" + asked + "\"");
    }
    return Optional.empty();
  }

  private static void refuseOther(RemoteSource.Git source, String commit) throws IOException {
    Optional<String> other = source.checksum().filter(wanted -> !commit.startsWith(wanted));
    if (other.isPresent()) {
      throw new IOException("expected checksum to match %s, got %s".formatted(other.get(), commit));
    }
  }

  private Path directory(String commit, RemoteSource.Git source) {
    return folder.resolve(
        commit + (source.keepGitDir() ? "-git" : "") + (source.submodules() ? "" : "-alone"));
  }

  /** Into a directory beside, which is then renamed: two builds may do so at once. */
  private Commit fetch(RemoteSource.Git source, Optional<String> known) throws IOException {
    Path incoming = Files.createTempDirectory(folder, "incoming");
    try {
      git.run(incoming, "init", "--quiet", "--template=");
      git.run(incoming, "remote", "add", "origin", source.remote());
      String fetched = fetchInto(incoming, known.orElse(source.reference()));
      git.fill(incoming, "-c", "advice.detachedHead=false", "checkout", "--quiet", fetched);
      String commit = git.run(incoming, "rev-parse", "HEAD").strip();
      refuseOther(source, commit);
      if (source.keepGitDir()) {
        // It goes into the image. Submodules remember it, too.
        git.run(incoming, "remote", "set-url", "origin", UrlCredentials.removed(source.remote()));
      }
      if (source.submodules() && Files.exists(incoming.resolve(".gitmodules"))) {
        git.fill(incoming, "submodule", "--quiet", "update", "--init", "--recursive", "--depth=1");
      }
      if (!source.keepGitDir()) {
        RecursiveRemoval.remove(incoming.resolve(".git"));
      }
      setModes(incoming);
      Path directory = directory(commit, source);
      move(incoming, directory);
      return new Commit(commit, directory);
    } finally {
      RecursiveRemoval.remove(incoming);
    }
  }

  /**
   * Servers may refuse a commit by its id: then all branches and tags are fetched.
   *
   * @return what is to be checked out
   */
  private String fetchInto(Path repository, String reference) throws IOException {
    if (!COMMIT.matcher(reference).matches()) {
      git.fill(repository, "fetch", "--quiet", "--depth=1", "--no-tags", "origin", reference);
      return FETCH_HEAD;
    }
    try {
      git.fill(repository, "fetch", "--quiet", "--depth=1", "--no-tags", "origin", reference);
      return FETCH_HEAD;
    } catch (GitProgram.FailedException refused) {
      git.fill(
          repository,
          "fetch",
          "--quiet",
          "--tags",
          "origin",
          "+refs/heads/*:refs/remotes/origin/*");
      return git.run(repository, "rev-parse", "--verify", reference + "^{commit}").strip();
    }
  }

  private static void move(Path incoming, Path directory) throws IOException {
    try {
      Files.move(incoming, directory, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException e) {
      // Another build was faster; it has the same commit.
      return;
    } catch (FileSystemException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
  }

  /** As git's with an umask of 022, whatever that of this process is: modes count in keys. */
  private static void setModes(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.toList()) {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          Files.setAttribute(path, "unix:mode", PROGRAM);
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          boolean program = ((int) Files.getAttribute(path, "unix:mode") & EXECUTABLE) != 0;
          Files.setAttribute(path, "unix:mode", program ? PROGRAM : FILE);
        }
      }
    }
  }
}
