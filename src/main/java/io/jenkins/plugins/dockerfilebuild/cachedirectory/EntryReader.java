package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads what {@link EntryWriter} writes, and nothing else: one value has one encoding. Each entry
 * is checked by itself; {@link CacheManifest} checks how they fit together. Used by one thread; to
 * be closed where its memory is shared, which leaves the stream open.
 */
final class EntryReader implements AutoCloseable {

  /** Linux's PATH_MAX and NAME_MAX. */
  private static final int MAX_PATH = 4096;

  private static final int MAX_NAME = 255;
  private static final int MAX_ATTRIBUTES = 64;
  private static final int MAX_ATTRIBUTE = 64 << 10;
  private static final int PERMISSION_BITS = 07777;

  /** No file needs more: they are of 4 TiB at least. */
  private static final int MAX_CHUNKS = 1 << 24;

  /** What an entry takes in memory beside its texts and chunks, about. */
  private static final int ENTRY_BYTES = 192;

  private static final int CHUNK_BYTES = Digest.LENGTH + Integer.BYTES;

  private final DataInputStream in;
  private String previous = "";

  private final PatchMemory memory;

  /** Bytes of the memory that were taken. */
  private long taken;

  EntryReader(InputStream in) {
    this(in, new PatchMemory(Long.MAX_VALUE));
  }

  /**
   * A reader of what others sent.
   *
   * @param memory what all of it takes, about, is taken from until the reader is closed: six bytes
   *     on the wire can be a path of four thousand, for all but its end is that of the one before
   */
  EntryReader(InputStream in, PatchMemory memory) {
    this.in = new DataInputStream(in);
    this.memory = memory;
  }

  @Override
  public void close() {
    memory.giveBack(taken);
    taken = 0;
  }

  private void take(int bytes) throws MalformedManifestException {
    taken += bytes;
    if (!memory.take(bytes)) {
      throw new MalformedManifestException(
          "a manifest takes more memory than there is for those that are read at once; if it is"
              + " right this process needs a larger heap (-Xmx)");
    }
  }

  CacheEntry read() throws IOException {
    String path = path();
    CacheEntry.Type type = type();
    if (type == CacheEntry.Type.HARD_LINK) {
      return new CacheEntry(
          path, type, 0, 0, 0, 0, CacheEntry.NO_ATTRIBUTES, target(true), ChunkList.EMPTY);
    }
    int mode = number(PERMISSION_BITS, "mode");
    int uid = in.readInt();
    int gid = in.readInt();
    long modified = in.readLong();
    SortedMap<String, String> attributes = attributes();
    String target = type == CacheEntry.Type.SYMLINK ? target(false) : "";
    ChunkList chunks = type == CacheEntry.Type.FILE ? chunks() : ChunkList.EMPTY;
    return new CacheEntry(path, type, mode, uid, gid, modified, attributes, target, chunks);
  }

  String path() throws IOException {
    int shared = number(previous.length(), "shared part of a path");
    String path = previous.substring(0, shared) + text(MAX_PATH - shared, "path");
    if (EntryWriter.shared(previous, path) != shared) {
      throw new MalformedManifestException("a path is not encoded as it must be");
    }
    checkPath(path);
    take(ENTRY_BYTES + path.length());
    previous = path;
    return path;
  }

  private static void checkPath(String path) throws MalformedManifestException {
    if (path.isEmpty()) {
      return;
    }
    for (String name : path.split("/", -1)) {
      boolean climbs = name.isEmpty() || name.equals(".") || name.equals("..");
      if (climbs || name.length() > MAX_NAME || name.indexOf('\0') >= 0) {
        throw new MalformedManifestException("not a path inside a cache directory: " + shown(path));
      }
    }
  }

  /** For a message: a forged name may be long and hold anything. */
  static String shown(String path) {
    String start = path.substring(0, Math.min(80, path.length()));
    return '"' + start.replaceAll("[^ -~]", "?") + '"';
  }

  private CacheEntry.Type type() throws IOException {
    int code = in.readUnsignedByte();
    for (CacheEntry.Type type : CacheEntry.Type.values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new MalformedManifestException("unknown kind of entry: " + code);
  }

  private String target(boolean hardLink) throws IOException {
    String target = text(MAX_PATH, "target of a link");
    if (target.isEmpty() || target.indexOf('\0') >= 0) {
      throw new MalformedManifestException("a link without a usable target");
    }
    if (hardLink) {
      checkPath(target);
    }
    return target;
  }

  private SortedMap<String, String> attributes() throws IOException {
    int count = number(MAX_ATTRIBUTES, "number of extended attributes");
    if (count == 0) {
      return CacheEntry.NO_ATTRIBUTES;
    }
    SortedMap<String, String> attributes = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String name = text(MAX_NAME, "name of an extended attribute");
      boolean ordered = attributes.isEmpty() || attributes.lastKey().compareTo(name) < 0;
      if (name.isEmpty() || name.indexOf('\0') >= 0 || !ordered) {
        throw new MalformedManifestException("extended attributes are not in order");
      }
      attributes.put(name, text(MAX_ATTRIBUTE, "extended attribute"));
    }
    return Collections.unmodifiableSortedMap(attributes);
  }

  private ChunkList chunks() throws IOException {
    int count = number(MAX_CHUNKS, "number of chunks");
    ChunkList.Builder chunks = new ChunkList.Builder();
    for (int i = 0; i < count; i++) {
      int length = number(Chunker.MAX, "length of a chunk");
      if (length == 0) {
        throw new MalformedManifestException("an empty chunk");
      }
      take(CHUNK_BYTES);
      chunks.add(raw(Digest.LENGTH), length);
    }
    return chunks.build();
  }

  byte[] raw(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new EOFException("cut short");
    }
    return bytes;
  }

  String text(int most, String what) throws IOException {
    int length = number(most, "length of a " + what);
    take(length);
    return new String(raw(length), StandardCharsets.ISO_8859_1);
  }

  int number(int most, String what) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int b = in.readUnsignedByte();
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        if (value > most || (b == 0 && shift > 0)) {
          throw new MalformedManifestException(what + ": " + value + " is not allowed there");
        }
        return (int) value;
      }
    }
    throw new MalformedManifestException(what + ": the number is too long");
  }

  /** Whether all was read. */
  boolean atEnd() throws IOException {
    return in.read() < 0;
  }
}
