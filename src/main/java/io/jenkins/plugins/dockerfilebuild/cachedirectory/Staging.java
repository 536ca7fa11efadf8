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
final class Staging {

  private static final int FILES_AT_ONCE = 64;
  private static final int FILES_PER_FOLDER = 4096;

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

    synchronized boolean claim() {
      boolean first = !taken;
      taken = true;
      return first;
    }
  }

  private final Map<String, StagedFile> files = new HashMap<>();
  private final Map<Digest, Wanted> wanted = new HashMap<>();
  private final List<Wanted> order = new ArrayList<>();
  private final AtomicInteger reusedChunks = new AtomicInteger();
  private final AtomicLong reusedBytes = new AtomicLong();

  /**
   * @param folder for the files, empty
   * @param lacking entries of files to put together
   */
  Staging(Path folder, List<CacheEntry> lacking, List<Source> sources, FileAttributes attributes)
      throws IOException {
    List<StagedFile> staged = new ArrayList<>(lacking.size());
    for (int i = 0; i < lacking.size(); i++) {
      Path part = folder.resolve(String.valueOf(i / FILES_PER_FOLDER));
      if (i % FILES_PER_FOLDER == 0) {
        Files.createDirectories(part);
      }
      StagedFile file = new StagedFile(lacking.get(i), part.resolve(String.valueOf(i)), attributes);
      staged.add(file);
      files.put(file.entry().path(), file);
    }
    List<Local> locals = sources.stream().map(Local::of).toList();
    Workers.forEach(staged, FILES_AT_ONCE, file -> stage(file, locals));
    staged.forEach(this::orderWanted);
  }

  private record Local(Path root, ChunkIndex index) {
    static Local of(Source source) {
      return new Local(source.root, new ChunkIndex(source.manifest));
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
      Optional<ChunkIndex.Place> place = local.index.find(digest);
      if (place.isPresent()) {
        Optional<byte[]> bytes = ChunkReading.read(local.root, place.get(), digest);
        if (bytes.isPresent()) {
          return bytes;
        }
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

  /** Chunks that must come, in the order of their files. */
  List<ChunkList.Chunk> lacking(int from, int most) {
    int to = Math.min(order.size(), from + most);
    return from >= to
        ? List.of()
        : order.subList(from, to).stream()
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
  Optional<StagedFile> complete(String path) {
    return Optional.ofNullable(files.get(path)).filter(StagedFile::isComplete);
  }

  /** Whether the file for a path is put together here. */
  boolean stages(String path) {
    return files.containsKey(path);
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
