package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A source of ADD that may name something on a network: {@code https://host/file}, {@code
 * https://host/repository.git#ref:directory}, {@code git@host:repository}. Which is which, and the
 * names of files, are BuildKit's ({@code gitutil}, {@code dockerfile2llb}).
 */
record RemoteWord(String text) {

  private static final Pattern URL = Pattern.compile("https?://.*");
  private static final Pattern GIT =
      Pattern.compile("(git|ssh)://.*|git@[^:]+:.*|https?://[^#?]*\\.git([#?].*)?");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{4,64}");

  /** What git takes for a name; a leading dash would be an option. */
  private static final Pattern REFERENCE = Pattern.compile("[\\w./+@^~{}][\\w./+@^~{}-]*");

  /** The name of a file whose URL names none. */
  private static final String UNNAMED = "__unnamed__";

  boolean isGit() {
    return GIT.matcher(text).matches();
  }

  boolean isRemote() {
    return isGit() || URL.matcher(text).matches();
  }

  /**
   * What it means.
   *
   * @param keepGitDir of {@code --keep-git-dir}
   * @param excludes of {@code --exclude}
   * @throws IllegalArgumentException it means nothing that can be fetched
   */
  RemoteSource source(boolean keepGitDir, Optional<String> checksum, List<String> excludes) {
    return isGit() ? git(keepGitDir, checksum, excludes) : download(checksum);
  }

  private RemoteSource download(Optional<String> checksum) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"%s\" is not a URL: %s".formatted(text, e.getMessage()));
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("\"%s\" names no host".formatted(text));
    }
    String name = UnixPath.lastElement(UnixPath.belowRoot(uri.getPath()));
    return new RemoteSource.Download(
        text, name.isEmpty() ? UNNAMED : name, checksum.map(RemoteWord::digest));
  }

  private static Digest digest(String checksum) {
    try {
      return Digest.parse(checksum);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "invalid checksum \"%s\": it must be sha256: and 64 hexadecimal digits"
              .formatted(checksum));
    }
  }

  private RemoteSource git(boolean keepGitDir, Optional<String> checksum, List<String> excludes) {
    int hash = text.indexOf('#');
    String remote = hash < 0 ? text : text.substring(0, hash);
    String fragment = hash < 0 ? "" : text.substring(hash + 1);
    int colon = fragment.indexOf(':');
    String reference = colon < 0 ? fragment : fragment.substring(0, colon);
    String directory = colon < 0 ? "" : UnixPath.belowRoot(fragment.substring(colon + 1));
    if (!reference.isEmpty() && !REFERENCE.matcher(reference).matches()) {
      throw new IllegalArgumentException("\"%s\" cannot be a git reference".formatted(reference));
    }
    checksum
        .filter(commit -> !COMMIT.matcher(commit).matches())
        .ifPresent(
            commit -> {
              throw new IllegalArgumentException(
                  "invalid checksum \"%s\" for Git source, expected a commit's id"
                      .formatted(commit));
            });
    return new RemoteSource.Git(
        remote, reference, directory.replaceFirst("^/", ""), keepGitDir, checksum, excludes);
  }
}
