package io.jenkins.plugins.dockerfilebuild.image;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether a text can name an image: {@code [registry/]name[:tag][@digest]}, by the grammar of
 * github.com/distribution/reference, which engines and registries hold to; problems in its words.
 */
public final class ReferenceFormat {

  private static final String COMPONENT = "[a-z0-9]++(?:(?:[._]|__|-++)[a-z0-9]++)*+";
  private static final Pattern PATH = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");
  private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?:" + LABEL + "(?:\\." + LABEL + ")*+|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}");
  private static final Pattern DIGEST =
      Pattern.compile("[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*+:[0-9a-fA-F]{32,128}");

  private static final String FORMAT = "invalid reference format";
  private static final int MOST_CHARACTERS = 255;

  private ReferenceFormat() {}

  /** What is wrong with a name as FROM, --from and pulls have it; empty if nothing is. */
  public static Optional<String> problem(String reference) {
    int at = reference.indexOf('@');
    if (at >= 0 && !isDigest(reference.substring(at + 1))) {
      return Optional.of(FORMAT);
    }
    return problemOfTagged(at < 0 ? reference : reference.substring(0, at));
  }

  private static boolean isDigest(String text) {
    return text.length() <= MOST_CHARACTERS && DIGEST.matcher(text).matches();
  }

  /** Likewise, of a name that an image is to get. */
  public static Optional<String> problemOfTag(String name) {
    return name.contains("@")
        ? Optional.of("refusing to create a tag with a digest reference")
        : problemOfTagged(name);
  }

  /**
   * The name without what is understood: the registry {@code docker.io}, {@code library/} in it and
   * the tag {@code latest}. What cannot name an image is answered as it is.
   */
  public static String shortName(String reference) {
    String name = reference.replaceFirst("^(?:index\\.)?docker\\.io/(?:library/)?(?=[^/])", "");
    if (name.indexOf('/') == name.lastIndexOf('/')) {
      name = name.replaceFirst("^library/(?=[^/])", "");
    }
    return name.contains("@") ? name : name.replaceFirst("(?<=[^:/]):latest$", "");
  }

  private static Optional<String> problemOfTagged(String name) {
    int colon = name.indexOf(':', name.lastIndexOf('/') + 1);
    if (colon >= 0 && !TAG.matcher(name.substring(colon + 1)).matches()) {
      return Optional.of(FORMAT);
    }
    String repository = colon < 0 ? name : name.substring(0, colon);
    // Before any pattern sees it: how deep they recurse depends on the length.
    if (repository.length() > MOST_CHARACTERS) {
      return Optional.of("repository name must not be more than 255 characters");
    }
    int slash = registryEnd(repository);
    if (slash > 0 && !REGISTRY.matcher(repository.substring(0, slash)).matches()) {
      return Optional.of(FORMAT);
    }
    String path = repository.substring(slash + 1);
    if (!path.equals(path.toLowerCase(Locale.ROOT))) {
      return Optional.of(FORMAT + ": repository name must be lowercase");
    }
    return PATH.matcher(path).matches() ? Optional.empty() : Optional.of(FORMAT);
  }

  /** The slash after the registry; -1 where the name begins with none. */
  private static int registryEnd(String repository) {
    int slash = repository.indexOf('/');
    if (slash < 0) {
      return -1;
    }
    String first = repository.substring(0, slash);
    boolean registry =
        first.contains(".")
            || first.contains(":")
            || first.equals("localhost")
            || !first.equals(first.toLowerCase(Locale.ROOT));
    return registry ? slash : -1;
  }
}
