package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/** Reads chunks from files that may have changed. */
final class ChunkReading {

  private ChunkReading() {}

  /** The chunk's bytes, unless the file no more has them. */
  static Optional<byte[]> read(Path root, ChunkIndex.Place place, byte[] digest)
      throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                FileNameBytes.resolve(root, place.file().path()),
                StandardOpenOption.READ,
                LinkOption.NOFOLLOW_LINKS);
        InputStream in = Channels.newInputStream(channel.position(place.offset()))) {
      byte[] bytes = in.readNBytes(place.length());
      boolean same =
          bytes.length == place.length() && Arrays.equals(digest, Digest.sha256().digest(bytes));
      return same ? Optional.of(bytes) : Optional.empty();
    } catch (FileSystemException goneOrNoFile) {
      return Optional.empty();
    }
  }
}
