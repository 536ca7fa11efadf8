package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;

/**
 * One file of a build context, looked at once. A directory is listed when something needs to know
 * what is in it, a file is read when something needs its digest. Thread-safe.
 */
abstract sealed class ContextNode {

  private final String path;
  private final Path file;

  private ContextNode(String path, Path file) {
    this.path = path;
    this.file = file;
  }

  /** Below the context's root, {@code ""} for the root itself. */
  String path() {
    return path;
  }

  /** Where it is on disk. */
  Path file() {
    return file;
  }

  abstract long modifiedNanos();

  /** What it is as an entry of a tree, where it is called {@code name}. */
  abstract TreeEntry entry(String name);

  /** Lists a directory. */
  @FunctionalInterface
  interface Lister {
    SortedMap<String, ContextNode> list(Directory directory);
  }

  static final class Directory extends ContextNode {

    private final FileStamp stamp;
    private final boolean included;
    private final Lister lister;
    // Null until the directory is listed.
    private SortedMap<String, ContextNode> children;

    /**
     * @param included whether it belongs to the context itself, or only for what may be below it
     */
    Directory(String path, Path file, FileStamp stamp, boolean included, Lister lister) {
      super(path, file);
      this.stamp = stamp;
      this.included = included;
      this.lister = lister;
    }

    boolean isIncluded() {
      return included;
    }

    /** In byte order of their names. */
    Collection<ContextNode> children() {
      return byName().values();
    }

    Optional<ContextNode> child(String name) {
      return Optional.ofNullable(byName().get(name));
    }

    private synchronized SortedMap<String, ContextNode> byName() {
      if (children == null) {
        children = lister.list(this);
      }
      return children;
    }

    @Override
    long modifiedNanos() {
      return stamp.modifiedNanos();
    }

    /**
     * The context's root has a mode of its own, as in BuildKit, which does not transfer it: where a
     * checkout happens to lie is no part of it.
     */
    @Override
    TreeEntry entry(String name) {
      return TreeEntry.directory(name, path().isEmpty() ? 0755 : stamp.permissions());
    }
  }

  static final class RegularFile extends ContextNode {

    private FileStamp stamp;
    // Null until the file is read or found in the stat cache.
    private Digest digest;

    RegularFile(String path, Path file, FileStamp stamp) {
      super(path, file);
      this.stamp = stamp;
    }

    synchronized Digest digest(ContentReader reader) throws IOException {
      if (digest == null) {
        ContentReader.Read read = reader.read(this, stamp);
        stamp = read.stamp();
        digest = read.digest();
      }
      return digest;
    }

    synchronized FileStamp stamp() {
      return stamp;
    }

    @Override
    long modifiedNanos() {
      return stamp().modifiedNanos();
    }

    /** The digest must be known. */
    @Override
    synchronized TreeEntry entry(String name) {
      return TreeEntry.file(name, stamp.permissions(), stamp.size(), digest);
    }
  }

  static final class Symlink extends ContextNode {

    private final FileStamp stamp;
    private final String target;

    Symlink(String path, Path file, FileStamp stamp, String target) {
      super(path, file);
      this.stamp = stamp;
      this.target = target;
    }

    String target() {
      return target;
    }

    @Override
    long modifiedNanos() {
      return stamp.modifiedNanos();
    }

    @Override
    TreeEntry entry(String name) {
      return TreeEntry.symlink(name, target);
    }
  }

  /** A pipe or a device: refused as soon as a step would see it. */
  static final class Special extends ContextNode {

    private final FileStamp stamp;

    Special(String path, Path file, FileStamp stamp) {
      super(path, file);
      this.stamp = stamp;
    }

    @Override
    long modifiedNanos() {
      return stamp.modifiedNanos();
    }

    @Override
    TreeEntry entry(String name) {
      throw new ContextException(
          "%s is a %s, which cannot be part of a build context: leave it out with .dockerignore"
              .formatted(path(), stamp.kind() == FileStamp.Kind.PIPE ? "named pipe" : "device"));
    }
  }
}
