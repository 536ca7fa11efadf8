package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads chunks from the files of a directory, which may have changed: what has not the digest that
 * it should have is not there. Keeps the last file open, for chunks of one file are wanted in a
 * row. Used by one thread.
 */
final class ChunkReading implements AutoCloseable {

  private final Path root;
  private final MessageDigest digester = Digest.sha256();
  private String path = "";
  private Optional<FileChannel> file = Optional.empty();

  ChunkReading(Path root) {
    this.root = root;
  }

  /** The chunk's bytes, unless the file no more has them. */
  Optional<byte[]> read(ChunkIndex.Place place, byte[] digest) throws IOException {
    byte[] bytes = new byte[place.length()];
    return isRead(place, digest, bytes, 0) ? Optional.of(bytes) : Optional.empty();
  }

  /** Adds the chunk to a batch, unless the file no more has it. */
  void addTo(ChunkBatch.Builder batch, byte[] digest, ChunkIndex.Place place) throws IOException {
    batch.add(digest, place.length(), (bytes, start) -> isRead(place, digest, bytes, start));
  }

  private boolean isRead(ChunkIndex.Place place, byte[] digest, byte[] bytes, int start)
      throws IOException {
    try {
      ByteBuffer chunk = ByteBuffer.wrap(bytes, start, place.length());
      FileChannel channel = open(place.file().path());
      while (chunk.hasRemaining()
          && channel.read(chunk, place.offset() + chunk.position() - start) >= 0) {
        // Reads on until the chunk is there.
      }
      if (chunk.hasRemaining()) {
        return false;
      }
      digester.update(bytes, start, place.length());
      return Arrays.equals(digest, digester.digest());
    } catch (FileSystemException goneOrNoFile) {
      return false;
    }
  }

  private FileChannel open(String wanted) throws IOException {
    if (file.isEmpty() || !path.equals(wanted)) {
      close();
      Path place = FileNameBytes.resolve(root, wanted);
      file =
          Optional.of(FileChannel.open(place, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
      path = wanted;
    }
    return file.get();
  }

  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      file.get().close();
      file = Optional.empty();
    }
  }
}
