package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file that is put together from its chunks, in any order, beside the directory that lacks it.
 * Thread-safe as long as no chunk is written twice.
 */
final class StagedFile {

  private final CacheEntry entry;
  private final Path path;
  private final boolean inPlace;
  private final FileAttributes attributes;
  private final AtomicInteger lacking;

  /** Written by whoever finishes the file. */
  private volatile Optional<FileStat> look = Optional.empty();

  /**
   * @param inPlace whether it lies in a directory that is put together as a whole
   */
  StagedFile(CacheEntry entry, Path path, boolean inPlace, FileAttributes attributes) {
    this.entry = entry;
    this.path = path;
    this.inPlace = inPlace;
    this.attributes = attributes;
    this.lacking = new AtomicInteger(entry.chunks().count());
  }

  CacheEntry entry() {
    return entry;
  }

  Path path() {
    return path;
  }

  /** Whether it stays where it is in its directory, which is moved as a whole. */
  boolean isInPlace() {
    return inPlace;
  }

  /** How it looks since it was finished, if that is known. */
  Optional<FileStat> look() {
    return look;
  }

  boolean isComplete() {
    return lacking.get() == 0;
  }

  FileChannel open() throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Writes a chunk; what is all zeros becomes a hole. */
  void write(FileChannel channel, long offset, ByteBuffer bytes) throws IOException {
    ByteBuffer rest = bytes.duplicate();
    boolean last = offset + rest.remaining() == entry.size();
    if (rest.remaining() == Chunker.MAX && !last && isZero(rest)) {
      return;
    }
    while (rest.hasRemaining()) {
      offset += channel.write(rest, offset);
    }
  }

  /** Notes that a chunk was written; whoever writes the last one finishes the file. */
  void written() throws IOException {
    if (lacking.decrementAndGet() == 0) {
      look = attributes.set(path, entry);
    }
  }

  /** Makes a file without content. */
  void makeEmpty() throws IOException {
    open().close();
    look = attributes.set(path, entry);
  }

  private static boolean isZero(ByteBuffer bytes) {
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      if (bytes.get(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
