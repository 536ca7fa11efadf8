package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a cache directory holds at one path. Names are bytes, as Linux has them: {@code path} and
 * {@code target} hold one byte in each character (ISO 8859-1), so that names that are not UTF-8
 * survive, and the order of strings is the order of bytes.
 *
 * @param path below the directory, elements separated by {@code /}; {@code ""} is the directory
 * @param mode permission bits
 * @param modifiedNanos since the epoch
 * @param attributes the file's {@code user.*} extended attributes, by name without that prefix
 * @param target of a symbolic link, as it stands there; of a hard link the path of the file in the
 *     manifest that it is the same as; else {@code ""}
 * @param chunks of a file, in order; else none
 */
public record CacheEntry(
    String path,
    Type type,
    int mode,
    int uid,
    int gid,
    long modifiedNanos,
    SortedMap<String, String> attributes,
    String target,
    ChunkList chunks) {

  /** Attributes of nearly all files. */
  public static final SortedMap<String, String> NO_ATTRIBUTES =
      Collections.unmodifiableSortedMap(new TreeMap<>());

  /** Kinds of entries. Devices, pipes and sockets are left out of manifests. */
  public enum Type {
    DIRECTORY(1),
    FILE(2),
    SYMLINK(3),
    /** Another name of a file that comes before it; its attributes are that file's. */
    HARD_LINK(4);

    /** In the encoding. */
    final int code;

    Type(int code) {
      this.code = code;
    }
  }

  /** Another name, {@code path}, of the file {@code target}. */
  public static CacheEntry hardLink(String path, String target) {
    return new CacheEntry(path, Type.HARD_LINK, 0, 0, 0, 0, NO_ATTRIBUTES, target, ChunkList.EMPTY);
  }

  /** The same thing at another path. */
  CacheEntry at(String other) {
    return new CacheEntry(other, type, mode, uid, gid, modifiedNanos, attributes, target, chunks);
  }

  /** Of a file, in bytes. */
  public long size() {
    return chunks.size();
  }

  /** The path as people read it; what is not UTF-8 shows as replacement characters. */
  public String displayPath() {
    return new String(path.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Whether both are the same kind of thing with the same content. */
  boolean sameContent(CacheEntry other) {
    return type == other.type && target.equals(other.target) && chunks.equals(other.chunks);
  }
}
