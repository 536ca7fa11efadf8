package io.jenkins.plugins.dockerfilebuild.content;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * One materialised tree of {@link TreeDirectories}: {@code content}, which holds it, {@code lock},
 * which says who may change or use it, and {@code state}, which says what it holds.
 *
 * <p>The state is removed before a change and written after it, so content without a state was left
 * by a change that did not finish: it is never used and never repaired, only removed.
 *
 * <p>State, version 2, big-endian: {@code "dfb-dir2\n"}, digests of tree and times (zeros for
 * none), sketch, {@code length:4} tree, times.
 */
final class TreeDirectory {

  private static final byte[] MAGIC = "dfb-dir2\n".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER =
      MAGIC.length + 2 * Digest.LENGTH + TreeSketch.ENCODED_LENGTH + Integer.BYTES;

  private final Path home;

  TreeDirectory(Path home) {
    this.home = home;
  }

  /** What a directory holds, down to the times. */
  record Identity(Digest tree, Optional<Digest> times) {

    static Identity of(Tree tree) {
      return new Identity(tree.digest(), tree.times().map(ModificationTimes::digest));
    }
  }

  /** The part of the state that is enough to choose a directory. */
  record Header(Identity identity, TreeSketch sketch, int treeLength) {}

  Path content() {
    return home.resolve("content");
  }

  /**
   * Makes an empty one, not yet locked.
   *
   * @return whether it is there; another process may take it for a leftover and remove it
   */
  boolean create() throws IOException {
    try {
      Files.createDirectory(home);
      Files.createFile(lockFile());
      return true;
    } catch (FileAlreadyExistsException | NoSuchFileException e) {
      return false;
    }
  }

  Optional<ProcessLock> tryLock() throws IOException {
    Optional<ProcessLock> lock = ProcessLock.tryAcquire(lockFile());
    if (lock.isPresent() && !Files.exists(lockFile())) {
      // Whoever held it before us has removed the directory.
      lock.get().close();
      return Optional.empty();
    }
    return lock;
  }

  /** Empty if there is none, or none that can be read. */
  Optional<Header> header() {
    try (InputStream in = Files.newInputStream(stateFile())) {
      return header(ByteBuffer.wrap(in.readNBytes(HEADER)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Header> header(ByteBuffer in) {
    if (in.remaining() < HEADER || !Arrays.equals(MAGIC, bytes(in, MAGIC.length))) {
      return Optional.empty();
    }
    Digest tree = Digest.from(bytes(in, Digest.LENGTH));
    byte[] times = bytes(in, Digest.LENGTH);
    boolean timed = !Arrays.equals(times, new byte[Digest.LENGTH]);
    Identity identity =
        new Identity(tree, timed ? Optional.of(Digest.from(times)) : Optional.empty());
    return Optional.of(new Header(identity, TreeSketch.decode(in), in.getInt()));
  }

  /** The tree that the directory holds, verified; empty if the state is missing or broken. */
  Optional<Tree> tree() {
    try {
      ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(stateFile()));
      Optional<Header> header = header(in);
      if (header.isEmpty() || header.get().treeLength() > in.remaining()) {
        return Optional.empty();
      }
      Tree tree = Tree.decode(bytes(in, header.get().treeLength()));
      if (in.hasRemaining()) {
        tree = tree.withTimes(ModificationTimes.decode(bytes(in, in.remaining())));
      }
      return Identity.of(tree).equals(header.get().identity())
          ? Optional.of(tree)
          : Optional.empty();
    } catch (IOException | MalformedTreeException e) {
      return Optional.empty();
    }
  }

  /** Brings the content from {@code before} to {@code after}; the caller holds the lock. */
  void change(Optional<Tree> before, Tree after, ContentStore store) throws IOException {
    TreeUpdate update = new TreeUpdate(content(), before, after, Instant.now());
    update.requireContent(store);
    Files.deleteIfExists(stateFile());
    update.apply(store);
    writeState(after);
  }

  private void writeState(Tree tree) throws IOException {
    byte[] encoded = tree.encoding();
    AtomicFiles.write(
        stateFile(),
        out -> {
          DataOutputStream data = new DataOutputStream(out);
          data.write(MAGIC);
          data.write(tree.digest().toBytes());
          data.write(tree.times().map(t -> t.digest().toBytes()).orElse(new byte[Digest.LENGTH]));
          data.write(TreeSketch.of(tree).encoded());
          data.writeInt(encoded.length);
          data.write(encoded);
          if (tree.times().isPresent()) {
            data.write(tree.times().get().encoded());
          }
        });
  }

  /** When it was last released; the epoch if that is not known. */
  Instant lastUsed() {
    try {
      return Files.getLastModifiedTime(stateFile()).toInstant();
    } catch (IOException e) {
      return Instant.EPOCH;
    }
  }

  void markUsed(Instant now) throws IOException {
    Files.setLastModifiedTime(stateFile(), FileTime.from(now));
  }

  /** Removes everything; the caller holds the lock, whose file goes last. */
  void remove() throws IOException {
    Files.deleteIfExists(stateFile());
    RecursiveRemoval.remove(content());
    RecursiveRemoval.remove(home);
  }

  private Path lockFile() {
    return home.resolve("lock");
  }

  private Path stateFile() {
    return home.resolve("state");
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
