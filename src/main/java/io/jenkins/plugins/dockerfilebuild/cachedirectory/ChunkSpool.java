package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Chunks in one file, each once, which is gone when it is closed. Written by one thread, then read
 * by any.
 */
final class ChunkSpool implements AutoCloseable {

  private record Place(long offset, int length) {}

  private final FileChannel file;
  private final Map<Digest, Place> places = new HashMap<>();
  private long end;

  /**
   * @param path of a file that does not exist
   */
  ChunkSpool(Path path) throws IOException {
    file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  void put(byte[] digest, byte[] bytes, int start, int length) throws IOException {
    if (places.putIfAbsent(Digest.from(digest), new Place(end, length)) == null) {
      ByteBuffer rest = ByteBuffer.wrap(bytes, start, length);
      while (rest.hasRemaining()) {
        end += file.write(rest, end);
      }
    }
  }

  /** Those of the chunks that are here, {@code most} bytes at most. */
  Bytes read(Collection<Digest> wanted, int most) throws IOException {
    ChunkBatch.Builder batch = new ChunkBatch.Builder(ChunkBatch.MAX_BYTES, 0);
    int left = most;
    for (Digest digest : wanted) {
      Place place = places.get(digest);
      if (place != null && place.length <= left) {
        batch.add(digest.toBytes(), bytes(place), place.length);
        left -= place.length;
      }
    }
    return batch.build();
  }

  private byte[] bytes(Place place) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(place.length);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, place.offset + bytes.position()) < 0) {
        throw new IOException("the chunks of the archive were cut short on this disk");
      }
    }
    return bytes.array();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
