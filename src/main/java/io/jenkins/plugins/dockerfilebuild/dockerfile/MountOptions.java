package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The options of one {@code --mount}, gathered field by field. The order of fields matters as it
 * does in BuildKit: {@code size} and {@code required} are checked against the type given so far.
 * Not thread-safe.
 */
final class MountOptions {

  private static final List<String> TYPES = List.of("bind", "cache", "secret", "ssh", "tmpfs");
  private static final List<String> SHARING = List.of("locked", "private", "shared");

  /** Every key and the name that it is kept under. */
  private static final Map<String, String> KEYS = keys();

  private final UnaryOperator<String> expansion;

  /** Values under the names of {@link #KEYS}, checked; {@code readonly} is true or false. */
  private final Map<String, String> values = new LinkedHashMap<>();

  private MountOptions(UnaryOperator<String> expansion) {
    this.expansion = expansion;
    values.put("type", "bind");
  }

  /**
   * What can be checked before variables have values: that it is CSV, and that {@code from}, which
   * decides what the build depends on, holds none.
   */
  static void check(String flagValue) {
    for (String field : fields(flagValue)) {
      int equals = field.indexOf('=');
      String key = field.substring(0, Math.max(0, equals)).toLowerCase(Locale.ROOT);
      int dollar = field.indexOf('$', equals + 1);
      if (key.equals("from") && dollar >= 0 && dollar != field.length() - 1) {
        throw new DockerfileException(
            "'from' doesn't support variable expansion, define alias stage instead");
      }
    }
  }

  /** The value of the last {@code from}, if it is not empty, as {@link #mount} would have it. */
  static Optional<String> from(String flagValue) {
    String from = "";
    for (String field : fields(flagValue)) {
      if (field.regionMatches(true, 0, "from=", 0, 5)) {
        from = field.substring(5);
      }
    }
    return Optional.of(from).filter(value -> !value.isEmpty());
  }

  static MountOptions parse(String flagValue, UnaryOperator<String> expansion) {
    MountOptions options = new MountOptions(expansion);
    fields(flagValue).forEach(options::field);
    options.checkTogether();
    return options;
  }

  Mount mount() {
    boolean cacheOrTmpfs = type().equals("cache") || type().equals("tmpfs");
    boolean readOnly =
        Optional.ofNullable(values.get("readonly")).map(Boolean::valueOf).orElse(!cacheOrTmpfs);
    return switch (type()) {
      case "cache" -> cache(readOnly);
      case "tmpfs" ->
          new Mount.Tmpfs(
              text("target"), readOnly, option("size").map(Long::valueOf).filter(n -> n > 0));
      case "secret" -> secret();
      case "ssh" -> ssh();
      default -> new Mount.Bind(text("target"), readOnly, option("from"), text("source"));
    };
  }

  private Mount cache(boolean readOnly) {
    return new Mount.Cache(
        text("target"),
        readOnly,
        option("id").orElseGet(() -> SlashPath.clean(text("target"))),
        Mount.Sharing.valueOf(option("sharing").orElse("shared").toUpperCase(Locale.ROOT)),
        option("from"),
        text("source"),
        number("mode"),
        number("uid"),
        number("gid"));
  }

  private Mount secret() {
    String id =
        option("source").or(() -> option("id")).orElseGet(() -> SlashPath.base(text("target")));
    boolean onlyEnv = values.containsKey("env");
    String target =
        option("target").orElseGet(() -> onlyEnv ? "" : "/run/secrets/" + SlashPath.base(id));
    return new Mount.Secret(
        target,
        id,
        Optional.ofNullable(values.get("env")),
        isRequired(),
        number("mode").orElse(0400),
        number("uid").orElse(0),
        number("gid").orElse(0));
  }

  private Mount ssh() {
    if (!text("source").isEmpty()) {
      throw new DockerfileException("ssh does not support source");
    }
    return new Mount.Ssh(
        text("target"),
        option("id").orElse("default"),
        isRequired(),
        number("mode").orElse(0600),
        number("uid").orElse(0),
        number("gid").orElse(0));
  }

  private String type() {
    return text("type");
  }

  private String text(String name) {
    return values.getOrDefault(name, "");
  }

  /** An option that was given and is not empty; to BuildKit an empty one is none. */
  private Optional<String> option(String name) {
    return Optional.of(text(name)).filter(value -> !value.isEmpty());
  }

  private Optional<Integer> number(String name) {
    return option(name).map(Integer::parseUnsignedInt);
  }

  private boolean isRequired() {
    return text("required").equals("true");
  }

  private void field(String field) {
    int equals = field.indexOf('=');
    String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
    if (equals < 0) {
      flag(key, field);
    } else {
      option(key, expansion.apply(field.substring(equals + 1)), field);
    }
  }

  private void flag(String key, String field) {
    switch (KEYS.getOrDefault(key, "")) {
      case "readonly" -> values.put("readonly", "true");
      case "readwrite" -> values.put("readonly", "false");
      case "required" -> required(key, "true");
      default ->
          throw DockerfileException.misspelt(
              "invalid field '" + field + "' must be a key=value pair",
              key,
              List.of("readonly", "readwrite", "required"));
    }
  }

  private void option(String key, String value, String field) {
    String name = KEYS.getOrDefault(key, "");
    switch (name) {
      case "type" -> values.put(name, oneOf(TYPES, "mount type", value));
      case "sharing" -> values.put(name, oneOf(SHARING, "sharing value", value));
      case "readonly" -> values.put("readonly", String.valueOf(GoBoolean.parse(key, value)));
      case "readwrite" -> values.put("readonly", String.valueOf(!GoBoolean.parse(key, value)));
      case "required" -> required(key, value);
      case "size" -> values.put(name, size(key, value));
      case "mode" -> values.put(name, unsigned(name, value, 8));
      case "uid", "gid" -> values.put(name, unsigned(name, value, 10));
      case "" ->
          throw DockerfileException.misspelt(
              "unexpected key '" + key + "' in '" + field + "'", key, KEYS.keySet());
      default -> values.put(name, value);
    }
  }

  private void required(String key, String value) {
    requireType(key, "secret", "ssh");
    values.put("required", String.valueOf(GoBoolean.parse(key, value)));
  }

  private String size(String key, String value) {
    requireType(key, "tmpfs");
    return MemorySize.parse(value).orElseThrow(() -> invalid(key, value)).toString();
  }

  private void requireType(String key, String... types) {
    if (!List.of(types).contains(type())) {
      throw new DockerfileException("unexpected key '" + key + "' for mount type '" + type() + "'");
    }
  }

  private void checkTogether() {
    boolean isSecret = type().equals("secret");
    if (type().equals("bind") || type().equals("tmpfs")) {
      for (String name : List.of("mode", "uid", "gid")) {
        if (values.containsKey(name)) {
          throw new DockerfileException(
              name + " not allowed for " + Quoted.of(type()) + " type mounts");
        }
      }
    }
    if (isSecret) {
      checkSecret();
    }
    if (values.containsKey("sharing") && !type().equals("cache")) {
      throw new DockerfileException("invalid cache sharing set for " + type() + " mount");
    }
  }

  private void checkSecret() {
    if (option("from").isPresent()) {
      throw new DockerfileException("secret mount should not have a from");
    }
    if (values.containsKey("sharing")) {
      throw new DockerfileException("secret mount should not define sharing");
    }
    if (option("source").isEmpty() && option("target").isEmpty() && option("id").isEmpty()) {
      throw new DockerfileException("invalid secret mount. one of source, target required");
    }
    if (option("source").isPresent() && option("id").isPresent()) {
      throw new DockerfileException("both source and id can't be set");
    }
    String variable = values.getOrDefault("env", "?");
    if (variable.isEmpty() || variable.contains("=")) {
      // An engine that is given a variable without a name refuses it, and repeats what it holds.
      throw new DockerfileException("env of a secret mount must be the name of a variable");
    }
  }

  private static List<String> fields(String flagValue) {
    try {
      return CommaFields.split(flagValue);
    } catch (DockerfileException e) {
      throw new DockerfileException("failed to parse csv mounts: " + e.problem());
    }
  }

  private static String oneOf(List<String> valid, String what, String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    if (!valid.contains(lower)) {
      throw DockerfileException.misspelt(
          "unsupported " + what + " " + Quoted.of(value), value, valid);
    }
    return lower;
  }

  /** As decimal digits; at most 32 bits. */
  private static String unsigned(String name, String value, int radix) {
    try {
      if (!value.startsWith("+")) {
        return Integer.toUnsignedString(Integer.parseUnsignedInt(value, radix));
      }
    } catch (NumberFormatException notANumber) {
      // refused below
    }
    throw new DockerfileException("invalid value " + value + " for " + name);
  }

  private static DockerfileException invalid(String key, String value) {
    return new DockerfileException("invalid value for " + key + ": " + value);
  }

  private static Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>();
    List<String> names =
        List.of(
            "type",
            "from",
            "source",
            "target",
            "readonly",
            "id",
            "sharing",
            "required",
            "size",
            "mode",
            "uid",
            "gid");
    names.forEach(name -> keys.put(name, name));
    keys.put("src", "source");
    keys.put("dst", "target");
    keys.put("destination", "target");
    keys.put("ro", "readonly");
    keys.put("rw", "readwrite");
    keys.put("readwrite", "readwrite");
    keys.put("env", "env");
    return keys;
  }
}
