package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A source of ADD that may name something on a network: {@code https://host/file}, {@code
 * https://host/repository.git?tag=name#ref:directory}, {@code user@host:repository}. Which is
 * which, and the names of files, are BuildKit's ({@code gitutil}, {@code dockerfile2llb}).
 */
record RemoteWord(String text) {

  private static final Pattern URL = Pattern.compile("https?://.*");
  private static final Pattern GIT =
      Pattern.compile("(git|ssh)://.*|\\w[\\w-]*@[a-zA-Z0-9.-]+:.*|https?://[^#?]*\\.git([#?].*)?");

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
  RemoteSource source(
      Optional<Boolean> keepGitDir, Optional<String> checksum, List<String> excludes) {
    return isGit()
        ? GitWord.parse(text).source(keepGitDir, checksum, excludes)
        : download(checksum);
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
}
