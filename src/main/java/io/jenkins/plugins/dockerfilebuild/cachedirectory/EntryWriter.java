package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes entries in the canonical encoding, version 1. Numbers are unsigned LEB128 of least length
 * unless said otherwise; {@code text} is a length and bytes.
 *
 * <pre>
 * entry      = shared suffix kind attributes content
 * shared     = how many bytes of the path are those of the entry before (the most that are)
 * suffix     = text: the rest of the path
 * kind       = byte: 1 directory, 2 file, 3 symbolic link, 4 hard link
 * attributes = mode uid:4 gid:4 mtime:8 count (name:text value:text)*     not for a hard link
 * content    = count (length digest:32)*    of a file
 *            | text                         of a symbolic or hard link: its target
 * </pre>
 *
 * Big-endian where a width is given. Used by one thread.
 */
final class EntryWriter {

  private final DataOutputStream out;
  private String previous = "";

  EntryWriter(OutputStream out) {
    this.out = new DataOutputStream(out);
  }

  void write(CacheEntry entry) throws IOException {
    path(entry.path());
    out.writeByte(entry.type().code);
    if (entry.type() != CacheEntry.Type.HARD_LINK) {
      attributes(entry);
    }
    if (entry.type() == CacheEntry.Type.FILE) {
      chunks(entry.chunks());
    } else if (entry.type() != CacheEntry.Type.DIRECTORY) {
      text(entry.target());
    }
  }

  /** Likewise, a path alone. */
  void path(String path) throws IOException {
    int shared = shared(previous, path);
    number(shared);
    text(path.substring(shared));
    previous = path;
  }

  static int shared(String one, String other) {
    int limit = Math.min(one.length(), other.length());
    int shared = 0;
    while (shared < limit && one.charAt(shared) == other.charAt(shared)) {
      shared++;
    }
    return shared;
  }

  private void attributes(CacheEntry entry) throws IOException {
    number(entry.mode());
    out.writeInt(entry.uid());
    out.writeInt(entry.gid());
    out.writeLong(entry.modifiedNanos());
    number(entry.attributes().size());
    for (var attribute : entry.attributes().entrySet()) {
      text(attribute.getKey());
      text(attribute.getValue());
    }
  }

  private void chunks(ChunkList chunks) throws IOException {
    number(chunks.count());
    for (int i = 0; i < chunks.count(); i++) {
      number(chunks.length(i));
      out.write(chunks.rawDigest(i));
    }
  }

  void text(String bytes) throws IOException {
    number(bytes.length());
    out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  void number(long value) throws IOException {
    long rest = value;
    while (rest >= 0x80) {
      out.writeByte((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  void bytes(byte[] raw) throws IOException {
    out.write(raw);
  }

  void flush() throws IOException {
    out.flush();
  }
}
