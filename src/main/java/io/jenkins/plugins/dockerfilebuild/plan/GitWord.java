package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.dockerfile.NearestWord;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A git repository as ADD names it, {@code remote?key=value&…#reference:directory}. Keys and what
 * they mean are BuildKit's ({@code dfgitutil}).
 *
 * @param query in the order of the text; a key without a value has {@code ""}
 */
record GitWord(String remote, Map<String, String> query, String fragment) {

  private static final List<String> KEYS =
      List.of(
          "ref",
          "tag",
          "branch",
          "commit",
          "checksum",
          "subdir",
          "keep-git-dir",
          "submodules",
          "fetch-by-commit");

  private static final List<String> SWITCHES =
      List.of("keep-git-dir", "submodules", "fetch-by-commit");

  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{4,64}");
  private static final Pattern WHOLE_COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  /** What git takes for a name; a leading dash would be an option. */
  private static final Pattern REFERENCE = Pattern.compile("[\\w./+@^~{}][\\w./+@^~{}-]*");

  /**
   * @throws IllegalArgumentException a key that nobody knows, or twice, or without its value
   */
  static GitWord parse(String text) {
    int hash = text.indexOf('#');
    String fragment = hash < 0 ? "" : text.substring(hash + 1);
    String whole = hash < 0 ? text : text.substring(0, hash);
    int mark = whole.indexOf('?');
    if (mark < 0) {
      return new GitWord(whole, Map.of(), fragment);
    }
    return new GitWord(whole.substring(0, mark), query(whole.substring(mark + 1)), fragment);
  }

  private static Map<String, String> query(String text) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String pair : text.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      String[] sides = pair.split("=", 2);
      String key = decoded(sides[0]);
      String value = sides.length == 1 ? "" : decoded(sides[1]);
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "unexpected query \"%s\" of a Git source (%s)"
                .formatted(
                    key,
                    NearestWord.of(key, KEYS)
                        .map(word -> "did you mean " + word + "?")
                        .orElse("it may have " + String.join(", ", KEYS))));
      }
      if (value.isEmpty() && !SWITCHES.contains(key)) {
        throw new IllegalArgumentException(
            "query \"%s\" of a Git source has no value (write %s=…)".formatted(key, key));
      }
      if (query.putIfAbsent(key, value) != null) {
        throw new IllegalArgumentException(
            "query \"%s\" of a Git source has multiple values (leave one)".formatted(key));
      }
    }
    return query;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"%s\" in the query of a Git source is not encoded as a URL is (write %%25 for %%)"
              .formatted(text));
    }
  }

  /**
   * What it means, together with the flags of ADD.
   *
   * @param keepGitDir of {@code --keep-git-dir}
   * @throws IllegalArgumentException parts of it, or it and a flag, contradict each other, or it
   *     means nothing that can be fetched
   */
  RemoteSource.Git source(
      Optional<Boolean> keepGitDir, Optional<String> checksum, List<String> excludes) {
    int colon = fragment.indexOf(':');
    Optional<String> reference =
        one(
            "reference",
            List.of(
                Optional.of(colon < 0 ? fragment : fragment.substring(0, colon)),
                get("ref"),
                get("tag").map(tag -> qualified("refs/tags/", tag)),
                get("branch").map(branch -> qualified("refs/heads/", branch))));
    Optional<String> directory =
        one(
            "directory",
            List.of(
                Optional.of(directory(colon < 0 ? "" : fragment.substring(colon + 1))),
                get("subdir").map(GitWord::directory)));
    Optional<String> commit = one("commit", List.of(get("commit"), get("checksum"), checksum));
    check(reference, commit);
    Optional<Boolean> keeps = one("keep-git-dir", List.of(bool("keep-git-dir"), keepGitDir));
    return new RemoteSource.Git(
        remote,
        bool("fetch-by-commit").orElse(false)
            ? fetchedCommit(reference, commit)
            : reference.orElse(""),
        directory.orElse(""),
        keeps.orElse(false),
        bool("submodules").orElse(true),
        commit,
        excludes);
  }

  private static void check(Optional<String> reference, Optional<String> commit) {
    reference
        .filter(name -> !REFERENCE.matcher(name).matches())
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(
                  "\"%s\" cannot be a git reference".formatted(name));
            });
    commit
        .filter(id -> !COMMIT.matcher(id).matches())
        .ifPresent(
            id -> {
              throw new IllegalArgumentException(
                  "invalid checksum \"%s\" for Git source, expected a commit's id".formatted(id));
            });
  }

  /** The reference is not looked up then: the commit is what it must mean. */
  private static String fetchedCommit(Optional<String> reference, Optional<String> commit) {
    return Stream.concat(reference.stream(), commit.stream())
        .filter(id -> WHOLE_COMMIT.matcher(id).matches())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "fetch-by-commit needs a whole commit id (add commit=… with 40 digits)"));
  }

  private Optional<String> get(String key) {
    return Optional.ofNullable(query.get(key));
  }

  private Optional<Boolean> bool(String key) {
    return get(key)
        .map(
            value ->
                switch (value) {
                  case "", "1", "t", "T", "true", "TRUE", "True" -> true;
                  case "0", "f", "F", "false", "FALSE", "False" -> false;
                  default ->
                      throw new IllegalArgumentException(
                          "invalid %s value: \"%s\" (it is true or false)".formatted(key, value));
                });
  }

  private static String qualified(String prefix, String name) {
    return name.startsWith(prefix) ? name : prefix + name;
  }

  private static String directory(String path) {
    return UnixPath.belowRoot(path).replaceFirst("^/", "");
  }

  /** The one that is said, if any; {@code ""} says nothing. */
  private static <T> Optional<T> one(String what, List<Optional<T>> said) {
    List<T> different =
        said.stream().flatMap(Optional::stream).filter(o -> !o.equals("")).distinct().toList();
    if (different.size() > 1) {
      throw new IllegalArgumentException(
          "%s conflicts: \"%s\" and \"%s\" (leave one)"
              .formatted(what, different.get(0), different.get(1)));
    }
    return different.stream().findFirst();
  }
}
