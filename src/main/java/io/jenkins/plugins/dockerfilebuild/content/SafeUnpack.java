package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Unpacks a tar stream that nobody vouches for into an empty directory that nobody else writes to.
 *
 * <p>No symbolic link is ever followed, because none is there: links are made last, after every
 * file and directory, and an entry below a path that the archive made a link is refused. Names that
 * are absolute or climb, hard links to anything but a file that came before, devices and pipes are
 * refused, and so is whatever exceeds the {@link Limits}; sizes are counted as bytes arrive, not
 * believed. Extended attributes are not kept.
 */
public final class SafeUnpack {

  private static final int BUFFER = 128 << 10;
  private static final int PERMISSION_BITS = 07777;

  private final Path directory;
  private final Limits limits;
  private final Policy policy;

  // What the archive has made so far, by path; directories that it implied count as its own.
  private final Set<String> files = new HashSet<>();
  private final Map<String, TarArchiveEntry> directories =
      new TreeMap<>(TreeEncoding::compareBytes);
  private final Set<String> impliedDirectories = new HashSet<>();
  private final Map<String, TarArchiveEntry> links = new LinkedHashMap<>();
  private long entries;
  private long bytes;

  /** Bounds of one archive. */
  public record Limits(long maxBytes, long maxEntries, int maxPathLength) {}

  /**
   * @param keepOwners whether numeric owners are kept, which only root can; else all belongs to
   *     this process
   * @param linksMayLeave whether a symbolic link may be absolute or climb out of the directory, as
   *     many of an image do; they stay text, but who follows them later must do so inside a root of
   *     its own
   */
  public record Policy(boolean keepOwners, boolean linksMayLeave) {}

  /** What was unpacked. */
  public record Summary(long entries, long bytes) {}

  private SafeUnpack(Path directory, Limits limits, Policy policy) {
    this.directory = directory;
    this.limits = limits;
    this.policy = policy;
  }

  /**
   * Unpacks all of {@code tar}, which stays open.
   *
   * @param directory exists and is empty; what it holds after an exception is to be thrown away
   * @throws UnsafeArchiveException the archive breaks a rule or exceeds a limit
   */
  public static Summary unpack(InputStream tar, Path directory, Limits limits, Policy policy)
      throws IOException {
    return new SafeUnpack(directory, limits, policy).run(tar);
  }

  private Summary run(InputStream tar) throws IOException {
    TarHeaderLimit limited = new TarHeaderLimit(tar);
    // Not closed, as it would close the caller's stream; it holds nothing else.
    TarArchiveInputStream in = new TarArchiveInputStream(limited, StandardCharsets.UTF_8.name());
    for (TarArchiveEntry entry = limited.next(in); entry != null; entry = limited.next(in)) {
      if (++entries > limits.maxEntries()) {
        throw new UnsafeArchiveException("more than " + limits.maxEntries() + " entries");
      }
      add(entry, in);
    }
    makeLinks();
    finishDirectories();
    return new Summary(entries, bytes);
  }

  private void add(TarArchiveEntry entry, InputStream content) throws IOException {
    String path = normalised(entry.getName(), entry.getName());
    if (path.isEmpty()) {
      if (!entry.isDirectory()) {
        throw new UnsafeArchiveException("the root of the archive is not a directory");
      }
      directories.put(path, entry);
      return;
    }
    makeParents(path);
    // The order matters: a hard link also counts as a file for commons-compress.
    if (entry.isSymbolicLink()) {
      replace(path);
      links.put(path, checkedLink(path, entry));
    } else if (entry.isLink()) {
      addHardLink(path, entry);
    } else if (entry.isDirectory()) {
      addDirectory(path, entry);
    } else if (entry.isFile() && !special(entry)) {
      addFile(path, entry, content);
    } else {
      throw new UnsafeArchiveException(path + " is a device, a pipe or of an unknown type");
    }
  }

  private static boolean special(TarArchiveEntry entry) {
    return entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO();
  }

  /** Relative and without {@code .}; {@code ""} for the root. */
  private String normalised(String name, String display) throws UnsafeArchiveException {
    if (name.startsWith("/") || name.indexOf('\0') >= 0 || name.indexOf('\uFFFD') >= 0) {
      throw new UnsafeArchiveException(
          "the name " + shown(display) + " is absolute, or not UTF-8 text");
    }
    Deque<String> elements = new ArrayDeque<>();
    for (String element : name.split("/", -1)) {
      if (element.equals("..")) {
        throw new UnsafeArchiveException("the name " + shown(display) + " climbs");
      }
      if (!element.isEmpty() && !element.equals(".")) {
        elements.addLast(element);
      }
    }
    String path = String.join("/", elements);
    if (path.getBytes(StandardCharsets.UTF_8).length > limits.maxPathLength()) {
      throw new UnsafeArchiveException("the name " + shown(display) + " is too long");
    }
    return path;
  }

  private static String shown(String name) {
    return name.length() <= 200 ? name : name.substring(0, 200) + "...";
  }

  private void makeParents(String path) throws IOException {
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      if (files.contains(parent) || links.containsKey(parent)) {
        throw new UnsafeArchiveException(path + " is below " + parent + ", which is no directory");
      }
      if (!directories.containsKey(parent) && impliedDirectories.add(parent)) {
        Files.createDirectory(file(parent));
        countImplied();
      }
    }
  }

  /** One name of a thousand elements makes a thousand directories. */
  private void countImplied() throws UnsafeArchiveException {
    if (entries + impliedDirectories.size() > limits.maxEntries()) {
      throw new UnsafeArchiveException("more than " + limits.maxEntries() + " entries");
    }
  }

  /** A later entry takes the place of an earlier one, but never of a directory. */
  private void replace(String path) throws IOException {
    if (directories.containsKey(path) || impliedDirectories.contains(path)) {
      throw new UnsafeArchiveException(path + " is there twice, once as a directory");
    }
    links.remove(path);
    if (files.remove(path)) {
      Files.delete(file(path));
    }
  }

  private void addDirectory(String path, TarArchiveEntry entry) throws IOException {
    if (files.contains(path) || links.containsKey(path)) {
      throw new UnsafeArchiveException(path + " is there twice, once as a directory");
    }
    if (directories.put(path, entry) == null && !impliedDirectories.remove(path)) {
      Files.createDirectory(file(path));
    }
  }

  private void addFile(String path, TarArchiveEntry entry, InputStream content) throws IOException {
    replace(path);
    Path file = file(path);
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      copy(content, out);
    }
    files.add(path);
    finish(file, entry);
  }

  private void copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      bytes += read;
      if (bytes > limits.maxBytes()) {
        throw new UnsafeArchiveException("more than " + limits.maxBytes() + " bytes");
      }
      out.write(buffer, 0, read);
    }
  }

  private void addHardLink(String path, TarArchiveEntry entry) throws IOException {
    String target = normalised(entry.getLinkName(), entry.getLinkName());
    TarArchiveEntry link = links.get(target);
    if (link != null) {
      replace(path);
      links.put(path, checkedLink(path, link));
      return;
    }
    if (!files.contains(target)) {
      throw new UnsafeArchiveException(
          path + " is a hard link to " + shown(target) + ", which is no file of the archive");
    }
    if (!target.equals(path)) {
      replace(path);
      Files.createLink(file(path), file(target));
      files.add(path);
    }
  }

  private TarArchiveEntry checkedLink(String path, TarArchiveEntry entry)
      throws UnsafeArchiveException {
    String target = entry.getLinkName();
    if (target.isEmpty() || target.length() > limits.maxPathLength() || target.indexOf('\0') >= 0) {
      throw new UnsafeArchiveException("the symbolic link " + path + " has no usable target");
    }
    if (!policy.linksMayLeave() && leaves(path, target)) {
      throw new UnsafeArchiveException(
          "the symbolic link %s leaves the archive for %s".formatted(path, shown(target)));
    }
    return entry;
  }

  private static boolean leaves(String path, String target) {
    if (target.startsWith("/")) {
      return true;
    }
    long depth = path.chars().filter(c -> c == '/').count();
    for (String element : target.split("/", -1)) {
      if (element.equals("..")) {
        depth--;
      } else if (!element.isEmpty() && !element.equals(".")) {
        depth++;
      }
      if (depth < 0) {
        return true;
      }
    }
    return false;
  }

  private void makeLinks() throws IOException {
    for (Map.Entry<String, TarArchiveEntry> link : links.entrySet()) {
      Path file = file(link.getKey());
      Files.createSymbolicLink(file, FileNames.path(link.getValue().getLinkName()));
      chown(file, link.getValue());
    }
  }

  /** Deepest first: making things in a directory changes its time, and needs to write to it. */
  private void finishDirectories() throws IOException {
    for (String path : impliedDirectories) {
      Files.setAttribute(file(path), "unix:mode", 0755);
    }
    Map<String, TarArchiveEntry> deepestFirst = new TreeMap<>(Collections.reverseOrder());
    deepestFirst.putAll(directories);
    for (Map.Entry<String, TarArchiveEntry> entry : deepestFirst.entrySet()) {
      finish(file(entry.getKey()), entry.getValue());
    }
  }

  /** Owner before mode, as a change of owner clears setuid. */
  private void finish(Path file, TarArchiveEntry entry) throws IOException {
    FileTime modified = entry.getLastModifiedTime();
    Files.getFileAttributeView(file, BasicFileAttributeView.class).setTimes(modified, null, null);
    chown(file, entry);
    Files.setAttribute(
        file, "unix:mode", entry.getMode() & PERMISSION_BITS, LinkOption.NOFOLLOW_LINKS);
  }

  private void chown(Path file, TarArchiveEntry entry) throws IOException {
    if (policy.keepOwners()) {
      Files.setAttribute(file, "unix:uid", owner(entry.getLongUserId()), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(
          file, "unix:gid", owner(entry.getLongGroupId()), LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** -1 would mean: leave it as it is. */
  private static int owner(long id) throws UnsafeArchiveException {
    if (id < 0 || id >= 0xFFFF_FFFFL) {
      throw new UnsafeArchiveException("an owner's number is out of range: " + id);
    }
    return (int) id;
  }

  private Path file(String path) {
    return FileNames.resolve(directory, path);
  }
}
