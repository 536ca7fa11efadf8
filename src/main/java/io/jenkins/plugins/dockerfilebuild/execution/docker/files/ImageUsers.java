package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
   * a number the group of the same number; a user that no file has is 0, a group that no file has
   * leaves the user's, and one without a name, as in {@code app:}, is 0 ({@code
   * solver/llbsolver/ops/user_linux.go}, {@code client/llb/fileop.go}).
   *
   * @param spec {@code ""} is root
   * @param unknown is told what no file has, such as {@code user nobody}
   */
  public Owner owner(String spec, Consumer<String> unknown) {
    String[] parts = spec.split(":", 2);
    Owner user = user(parts[0], unknown);
    if (parts.length == 1) {
      return user;
    }
    if (parts[1].isEmpty()) {
      return new Owner(user.uid, ROOT.gid);
    }
    Optional<Long> group = number(parts[1]).or(() -> Optional.ofNullable(groups.get(parts[1])));
    if (group.isEmpty()) {
      unknown.accept("group " + parts[1]);
    }
    return new Owner(user.uid, group.orElse(user.gid));
  }

  private Owner user(String name, Consumer<String> unknown) {
    Optional<Owner> found =
        number(name).map(id -> new Owner(id, id)).or(() -> Optional.ofNullable(users.get(name)));
    if (found.isEmpty() && !name.isEmpty()) {
      unknown.accept("user " + name);
    }
    return found.orElse(ROOT);
  }

  /** The superuser has his number in every image. */
  private static Optional<Long> number(String text) {
    if (text.equals("root")) {
      return Optional.of(0L);
    }
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
