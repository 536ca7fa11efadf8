package io.jenkins.plugins.dockerfilebuild.content;

import java.util.List;
import java.util.Optional;

/** What ADD takes from a network. The rules are BuildKit's. */
public sealed interface RemoteSource {

  /** As the Dockerfile has it, for messages. */
  String text();

  /**
   * A file that a URL names.
   *
   * @param url http or https
   * @param name of the file where the destination is a directory
   * @param checksum what it must hold, by {@code --checksum}
   */
  record Download(String url, String name, Optional<Digest> checksum) implements RemoteSource {
    @Override
    public String text() {
      return url;
    }
  }

  /**
   * A directory of a commit of a git repository.
   *
   * @param remote the repository's URL
   * @param reference branch, tag or commit; {@code ""}: what the remote's HEAD means
   * @param directory below the repository's root, {@code ""} for the root itself
   * @param keepGitDir whether {@code .git} is there, too
   * @param submodules whether theirs are there
   * @param checksum the commit's id or its begin, by {@code --checksum}
   * @param excludes patterns of {@code --exclude}
   */
  record Git(
      String remote,
      String reference,
      String directory,
      boolean keepGitDir,
      boolean submodules,
      Optional<String> checksum,
      List<String> excludes)
      implements RemoteSource {
    public Git {
      excludes = List.copyOf(excludes);
    }

    /** With its submodules. */
    public Git(
        String remote,
        String reference,
        String directory,
        boolean keepGitDir,
        Optional<String> checksum,
        List<String> excludes) {
      this(remote, reference, directory, keepGitDir, true, checksum, excludes);
    }

    @Override
    public String text() {
      String fragment = reference + (directory.isEmpty() ? "" : ":" + directory);
      return fragment.isEmpty() ? remote : remote + "#" + fragment;
    }
  }
}
