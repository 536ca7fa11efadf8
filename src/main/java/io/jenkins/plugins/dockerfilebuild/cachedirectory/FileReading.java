package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads files for a manifest. Used by one thread; its buffer serves one file after the other. */
final class FileReading {

  private final byte[] buffer = new byte[4 * Chunker.MAX];
  private final MessageDigest digester = Digest.sha256();
  private long bytesRead;

  /** Bytes that were read so far. */
  long bytesRead() {
    return bytesRead;
  }

  /** Is handed each chunk's bytes, which it must not keep. */
  @FunctionalInterface
  interface Sink {
    void chunk(byte[] digest, byte[] bytes, int start, int length) throws IOException;
  }

  /** Cuts a file into its chunks. */
  ChunkList chunks(Path file) throws IOException {
    try (InputStream in =
        Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      return chunks(in, (digest, bytes, start, length) -> {});
    }
  }

  /** Cuts what a stream has left into chunks. */
  ChunkList chunks(InputStream in, Sink sink) throws IOException {
    ChunkList.Builder chunks = new ChunkList.Builder();
    int end = in.readNBytes(buffer, 0, buffer.length);
    int start = 0;
    while (start < end) {
      int length = Chunker.cut(buffer, start, end);
      digester.update(buffer, start, length);
      byte[] digest = digester.digest();
      sink.chunk(digest, buffer, start, length);
      chunks.add(digest, length);
      bytesRead += length;
      start += length;
      if (end - start < Chunker.MAX && end == buffer.length) {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        end += in.readNBytes(buffer, end, buffer.length - end);
      }
    }
    return chunks.build();
  }

  /** The {@code user.*} extended attributes of a file or directory; others Java cannot read. */
  static SortedMap<String, String> attributes(Path path) throws IOException {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(path, UserDefinedFileAttributeView.class);
    if (view == null) {
      return CacheEntry.NO_ATTRIBUTES;
    }
    try {
      SortedMap<String, String> attributes = new TreeMap<>();
      for (String name : view.list()) {
        ByteBuffer value = ByteBuffer.allocate(view.size(name));
        view.read(name, value);
        attributes.put(
            new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1),
            new String(value.array(), 0, value.position(), StandardCharsets.ISO_8859_1));
      }
      return attributes.isEmpty()
          ? CacheEntry.NO_ATTRIBUTES
          : Collections.unmodifiableSortedMap(attributes);
    } catch (FileSystemException e) {
      // The file system has none.
      return CacheEntry.NO_ATTRIBUTES;
    }
  }
}
