package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Takes digests of the context's files, reading only what the stat cache does not know. */
final class ContentReader {

  /** How often a file that changes under our eyes is read before we give up. */
  private static final int ATTEMPTS = 3;

  private static final int BUFFER = 128 << 10;

  private final StatCache cache;
  private final Clock clock;
  private final ThreadLocal<ByteBuffer> buffers =
      ThreadLocal.withInitial(() -> ByteBuffer.allocate(BUFFER));

  ContentReader(StatCache cache, Clock clock) {
    this.cache = cache;
    this.clock = clock;
  }

  /** A digest, and what the file looked like before and after its bytes were read. */
  record Read(FileStamp stamp, Digest digest) {}

  /**
   * @param seen what the file looked like when it was found
   * @throws ContextException the file keeps changing, or is no file any more
   */
  Read read(ContextNode node, FileStamp seen) throws IOException {
    Optional<Digest> known = cache.lookup(node.path(), seen);
    if (known.isPresent()) {
      return new Read(seen, known.get());
    }
    FileStamp before = seen;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long began = now();
      Digest digest = digestOf(node.file());
      FileStamp after = FileStamp.of(node.file());
      if (after.equals(before)) {
        cache.record(node.path(), after, digest, began);
        return new Read(after, digest);
      }
      before = after;
    }
    throw new ContextException(
        node.path()
            + " changed each time it was read: stop what writes to it, or leave it out with"
            + " .dockerignore");
  }

  /** Reads a file, never through a symbolic link that has taken its place. */
  Digest digestOf(Path file) throws IOException {
    MessageDigest digester = Digest.sha256();
    ByteBuffer buffer = buffers.get();
    try (FileChannel in =
        FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      while (in.read(buffer.clear()) >= 0) {
        digester.update(buffer.flip());
      }
    }
    return Digest.from(digester);
  }

  private long now() {
    Instant now = clock.instant();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }
}
