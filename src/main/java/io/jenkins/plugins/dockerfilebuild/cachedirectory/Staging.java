package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The files that a directory lacks of a manifest, put together beside it: from chunks that are on
 * this disk already, in the directory itself or in others like it, and from those that come from
 * elsewhere. Thread-safe after it was made.
 */
final class Staging implements DirectoryUpdate.Prepared {

  private static final int FILES_AT_ONCE = 64;

  /** A directory on this disk that may have chunks. */
  record Source(Path root, CacheManifest manifest) {}

  /** Where a chunk is wanted. */
  private record Place(StagedFile file, long offset) {}

  /** A chunk that must come, and all places where it is wanted. */
  private static final class Wanted {
    final Digest digest;
    final int length;
    final List<Place> places = new ArrayList<>(1);

    /** Whether it stands in the order. */
    boolean ordered;

    /** Whether it came; guarded by this. */
    private boolean taken;

    Wanted(Digest digest, int length) {
      this.digest = digest;
      this.length = length;
    }

    synchronized boolean isAwaited() {
      return !taken;
    }

    synchronized boolean claim() {
      boolean first = !taken;
      taken = true;
      return first;
    }
  }

  private final NewDirectories directories;
  private final Map<String, StagedFile> files = new HashMap<>();
  private final Map<Digest, Wanted> wanted = new HashMap<>();
  private final List<Wanted> order = new ArrayList<>();
  private final AtomicInteger reusedChunks = new AtomicInteger();
  private final AtomicLong reusedBytes = new AtomicLong();

  /**
   * @param folder where the files are put together
   * @param lacking entries of these files
   */
  Staging(StagingFolder folder, List<CacheEntry> lacking, List<Source> sources) throws IOException {
    directories = folder.directories();
    List<StagedFile> staged = folder.files(lacking);
    staged.forEach(file -> files.put(file.entry().path(), file));
    List<Local> locals = sources.stream().map(Local::of).toList();
    Workers.forEach(staged, FILES_AT_ONCE, file -> stage(file, locals));
    staged.forEach(this::orderWanted);
  }

  private record Local(Path root, ChunkIndex index) {
    static Local of(Source source) {
      return new Local(source.root, new ChunkIndex(source.manifest));
    }

    Optional<byte[]> read(byte[] digest) throws IOException {
      Optional<ChunkIndex.Place> place = index.find(digest);
      if (place.isEmpty()) {
        return Optional.empty();
      }
      try (ChunkReading reading = new ChunkReading(root)) {
        return reading.read(place.get(), digest);
      }
    }
  }

  private void stage(StagedFile file, List<Local> locals) throws IOException {
    ChunkList chunks = file.entry().chunks();
    if (chunks.count() == 0) {
      file.makeEmpty();
    }
    long offset = 0;
    for (int i = 0; i < chunks.count(); i++) {
      byte[] digest = chunks.rawDigest(i);
      Optional<byte[]> here = local(digest, locals);
      if (here.isPresent()) {
        try (FileChannel channel = file.open()) {
          file.write(channel, offset, ByteBuffer.wrap(here.get()));
        }
        file.written();
        reusedChunks.incrementAndGet();
        reusedBytes.addAndGet(here.get().length);
      } else {
        want(Digest.from(digest), chunks.length(i), new Place(file, offset));
      }
      offset += chunks.length(i);
    }
  }

  private static Optional<byte[]> local(byte[] digest, List<Local> locals) throws IOException {
    for (Local local : locals) {
      Optional<byte[]> bytes = local.read(digest);
      if (bytes.isPresent()) {
        return bytes;
      }
    }
    return Optional.empty();
  }

  private void want(Digest digest, int length, Place place) {
    synchronized (wanted) {
      wanted.computeIfAbsent(digest, d -> new Wanted(d, length)).places.add(place);
    }
  }

  /** Files of one folder in a row, so that those that read them find them together too. */
  private void orderWanted(StagedFile file) {
    ChunkList chunks = file.entry().chunks();
    for (int i = 0; i < chunks.count() && !file.isComplete(); i++) {
      Wanted chunk = wanted.get(chunks.digest(i));
      if (chunk != null && !chunk.ordered) {
        chunk.ordered = true;
        order.add(chunk);
      }
    }
  }

  /** Of so many chunks that must come, in the order of their files: those that have not. */
  List<ChunkList.Chunk> lacking(int from, int most) {
    int to = (int) Math.min(order.size(), (long) from + most);
    return from >= to
        ? List.of()
        : order.subList(from, to).stream()
            .filter(Wanted::isAwaited)
            .map(chunk -> new ChunkList.Chunk(chunk.digest, chunk.length))
            .toList();
  }

  int lackingChunks() {
    return order.size();
  }

  long lackingBytes() {
    return order.stream().mapToLong(chunk -> chunk.length).sum();
  }

  /** Chunks of the files that were on this disk already. */
  int reusedChunks() {
    return reusedChunks.get();
  }

  /** Bytes of them. */
  long reusedBytes() {
    return reusedBytes.get();
  }

  /** The file for a path, if it was put together here and is whole. */
  private Optional<StagedFile> complete(String path) {
    return Optional.ofNullable(files.get(path)).filter(StagedFile::isComplete);
  }

  @Override
  public Optional<Path> file(String path) {
    return complete(path).filter(file -> !file.isInPlace()).map(StagedFile::path);
  }

  @Override
  public Optional<FileStat> look(String path) {
    return complete(path).filter(StagedFile::isInPlace).flatMap(StagedFile::look);
  }

  @Override
  public NewDirectories directories() {
    return directories;
  }

  /** Whether the file for a path is put together here, and not all of it came. */
  boolean misses(String path) {
    StagedFile file = files.get(path);
    return file != null && !file.isComplete();
  }

  /** Removes what did not become whole, for it may lie in a directory that is to be moved. */
  void removeIncomplete() throws IOException {
    for (StagedFile file : files.values()) {
      if (!file.isComplete()) {
        Files.deleteIfExists(file.path());
      }
    }
  }

  /**
   * Takes chunks that came.
   *
   * @throws MalformedManifestException a chunk was not asked for, or is not what it says
   */
  int receive(Bytes batch) throws IOException {
    try (Writer writer = new Writer()) {
      return ChunkBatch.receive(batch, writer::take);
    }
  }

  /** Keeps the last file open, for chunks of one file come in a row. Used by one thread. */
  private final class Writer implements AutoCloseable {

    private StagedFile file;
    private FileChannel channel;

    void take(byte[] rawDigest, ByteBuffer bytes) throws IOException {
      Wanted chunk = wanted.get(Digest.from(rawDigest));
      if (chunk == null || chunk.length != bytes.remaining()) {
        throw new MalformedManifestException(
            "received a chunk that was not asked for: " + Digest.from(rawDigest));
      }
      if (!chunk.claim()) {
        return;
      }
      for (Place place : chunk.places) {
        if (place.file != file) {
          close();
          file = place.file;
          channel = file.open();
        }
        file.write(channel, place.offset, bytes);
        file.written();
      }
    }

    @Override
    public void close() throws IOException {
      if (channel != null) {
        channel.close();
      }
    }
  }
}
