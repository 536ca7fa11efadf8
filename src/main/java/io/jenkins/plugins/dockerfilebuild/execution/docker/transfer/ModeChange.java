package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of {@code --chmod}: octal ({@code 755}, up to {@code 07777}) or symbolic as in chmod(1)
 * ({@code u=rwX,go=rX}), with an umask of 0, as BuildKit reads it. Immutable.
 */
final class ModeChange {

  private static final Pattern OCTAL = Pattern.compile("[0-7]{1,5}");
  private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)((?:[-+=](?:[ugo]|[rwxXst]*))+)");
  private static final Pattern ACTION = Pattern.compile("([-+=])([ugo]|[rwxXst]*)");
  private static final int ALL_BITS = 07777;

  /**
   * What new directories get: no set-id and no sticky bit, and, as Docker's engine has an umask of
   * 022 when BuildKit makes them in it, nobody but their owner may write there.
   */
  private static final int OF_DIRECTORIES = 0755;

  private final List<Action> actions;
  private final Optional<Integer> octal;

  private ModeChange(List<Action> actions, Optional<Integer> octal) {
    this.actions = List.copyOf(actions);
    this.octal = octal;
  }

  /**
   * @throws TransferException neither octal nor symbolic
   */
  static ModeChange parse(String text) {
    if (OCTAL.matcher(text).matches() && Integer.parseInt(text, 8) <= ALL_BITS) {
      int bits = Integer.parseInt(text, 8);
      return new ModeChange(
          List.of((original, mode, directory) -> bits), Optional.of(bits & OF_DIRECTORIES));
    }
    List<Action> actions = new ArrayList<>();
    for (String clause : text.split(",", -1)) {
      Matcher matcher = CLAUSE.matcher(clause);
      if (!matcher.matches()) {
        throw new TransferException(
            "invalid --chmod '%s': expected an octal number up to 07777, or changes such as u=rwX,go=rX"
                .formatted(text));
      }
      addActions(matcher.group(1), matcher.group(2), actions);
    }
    return new ModeChange(actions, Optional.empty());
  }

  /** What new directories get of an octal mode. */
  Optional<Integer> octal() {
    return octal;
  }

  /** The permission bits that a file with {@code mode} has afterwards. */
  int apply(int mode, boolean directory) {
    int result = mode;
    for (Action action : actions) {
      result = action.apply(mode, result, directory);
    }
    return result & ALL_BITS;
  }

  private static void addActions(String who, String text, List<Action> actions) {
    int shifts = classes(who);
    Matcher matcher = ACTION.matcher(text);
    while (matcher.find()) {
      char operator = matcher.group(1).charAt(0);
      String permissions = matcher.group(2);
      actions.add(
          (original, mode, directory) -> {
            int bits = bits(permissions, shifts, original, mode, directory);
            return switch (operator) {
              case '+' -> mode | bits;
              case '-' -> mode & ~bits;
              default -> (mode & ~assigned(permissions, shifts, directory)) | bits;
            };
          });
    }
  }

  /** Bits 0, 1 and 2 stand for others, group and user. */
  private static int classes(String who) {
    if (who.isEmpty() || who.contains("a")) {
      return 7;
    }
    return (who.contains("u") ? 4 : 0) | (who.contains("g") ? 2 : 0) | (who.contains("o") ? 1 : 0);
  }

  /**
   * What {@code =} clears: set-id bits of the classes named, but those of a directory stay, and
   * those of a file to which another class's permissions are given, as in {@code g=u}.
   */
  private static int assigned(String permissions, int classes, boolean directory) {
    int special =
        directory || permissions.matches("[ugo]")
            ? 0
            : ((classes & 4) != 0 ? 04000 : 0) | ((classes & 2) != 0 ? 02000 : 0);
    return spread(7, classes) | special;
  }

  private static int bits(
      String permissions, int classes, int original, int mode, boolean directory) {
    int bits = 0;
    for (int i = 0; i < permissions.length(); i++) {
      bits |=
          switch (permissions.charAt(i)) {
            case 'r' -> spread(4, classes);
            case 'w' -> spread(2, classes);
            case 'x' -> spread(1, classes);
            case 'X' -> directory || (original & 0111) != 0 ? spread(1, classes) : 0;
            case 's' -> ((classes & 4) != 0 ? 04000 : 0) | ((classes & 2) != 0 ? 02000 : 0);
            case 't' -> 01000;
            case 'u' -> spread(mode >> 6 & 7, classes);
            case 'g' -> spread(mode >> 3 & 7, classes);
            default -> spread(mode & 7, classes);
          };
    }
    return bits;
  }

  private static int spread(int permissions, int classes) {
    return ((classes & 4) != 0 ? permissions << 6 : 0)
        | ((classes & 2) != 0 ? permissions << 3 : 0)
        | ((classes & 1) != 0 ? permissions : 0);
  }

  /** One of {@code +x}, {@code -x}, {@code =x}. */
  @FunctionalInterface
  private interface Action {
    int apply(int original, int mode, boolean directory);
  }
}
