package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Users and groups of an image, as its {@code /etc/passwd} and {@code /etc/group} tell them; both
 * may be missing. Immutable.
 */
public final class ImageUsers {

  /** The superuser, who needs no file. */
  public static final Owner ROOT = new Owner(0, 0);

  private static final int FILE_LIMIT = 4 << 20;

  private final Map<String, Owner> users = new HashMap<>();
  private final Map<String, Long> groups = new HashMap<>();

  private ImageUsers() {}

  /**
   * Numbers of a user and a group.
   *
   * @param uid 0 to 2^32-2
   * @param gid likewise
   */
  public record Owner(long uid, long gid) {}

  /** Reads both files; links are followed as far as the engine follows them. */
  public static ImageUsers of(ContainerFiles files) throws IOException {
    return parse(text(files, "/etc/passwd"), text(files, "/etc/group"));
  }

  /** From the text of both files; lines that make no sense are passed over, as libc does. */
  static ImageUsers parse(String passwd, String group) {
    ImageUsers users = new ImageUsers();
    passwd.lines().map(line -> line.split(":", -1)).forEach(users::addUser);
    group.lines().map(line -> line.split(":", -1)).forEach(users::addGroup);
    return users;
  }

  private void addUser(String[] fields) {
    if (fields.length >= 4 && isNumber(fields[2]) && isNumber(fields[3])) {
      Owner owner = new Owner(Long.parseLong(fields[2]), Long.parseLong(fields[3]));
      users.putIfAbsent(fields[0], owner);
    }
  }

  private void addGroup(String[] fields) {
    if (fields.length >= 3 && isNumber(fields[2])) {
      groups.putIfAbsent(fields[0], Long.parseLong(fields[2]));
    }
  }

  /**
   * Resolves an owner as {@code --chown} and WORKDIR under a USER have it: {@code user[:group]},
   * each a name or a number. By BuildKit's rule a name without a group brings the user's own group,
   * a number the group of the same number.
   *
   * @param spec {@code ""} is root
   * @return empty when a name is in no file
   */
  public Optional<Owner> owner(String spec) {
    String[] parts = spec.split(":", 2);
    Optional<Owner> user =
        number(parts[0])
            .map(id -> new Owner(id, id))
            .or(() -> Optional.ofNullable(users.get(parts[0])))
            .or(() -> parts[0].isEmpty() ? Optional.of(ROOT) : Optional.empty());
    return parts.length == 1 || parts[1].isEmpty()
        ? user
        : user.flatMap(found -> withGroup(found, parts[1]));
  }

  private Optional<Owner> withGroup(Owner user, String group) {
    return number(group)
        .or(() -> Optional.ofNullable(groups.get(group)))
        .map(gid -> new Owner(user.uid, gid));
  }

  private static Optional<Long> number(String text) {
    return isNumber(text) ? Optional.of(Long.parseLong(text)) : Optional.empty();
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= 10
        && text.chars().allMatch(c -> c >= '0' && c <= '9')
        && Long.parseLong(text) < 0xFFFF_FFFFL;
  }

  private static String text(ContainerFiles files, String path) throws IOException {
    var stat = files.stat(path);
    if (stat.isEmpty()) {
      return "";
    }
    boolean link = stat.get().kind() == ContainerFiles.Kind.SYMLINK;
    try (InputStream archive = files.read(link ? stat.get().linkTarget() : path);
        TarArchiveInputStream tar = new TarArchiveInputStream(archive)) {
      TarArchiveEntry entry = tar.getNextEntry();
      return entry != null && entry.isFile()
          ? new String(tar.readNBytes(FILE_LIMIT), StandardCharsets.UTF_8)
          : "";
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
