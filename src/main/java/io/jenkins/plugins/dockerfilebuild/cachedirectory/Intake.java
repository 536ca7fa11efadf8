package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Takes in what a {@link DistantContent} tells: compares each file with the one that the replica's
 * directory has, and keeps those that differ beside the directory until all is told. So files that
 * did not change are neither hashed nor written. Used once, by one thread.
 */
final class Intake implements DistantContent.Listener {

  private static final int BUFFER = 1 << 17;
  private static final long SECOND = 1_000_000_000L;

  private final Path root;
  private final Path folder;
  private final CacheManifest known;
  private final Map<String, CacheEntry> before = new HashMap<>();
  private final Map<String, CacheEntry> entries = new TreeMap<>();
  private final Map<String, Path> staged = new HashMap<>();

  /** Of a file that did not change: where the directory has its bytes. */
  private final Map<String, String> unchanged = new HashMap<>();

  private final FileReading reading = new FileReading();
  private final byte[] told = new byte[BUFFER];
  private final byte[] here = new byte[BUFFER];
  private int copies;
  private int leftOut;
  private long bytesRead;

  /**
   * @param root the replica's directory, which holds {@code known}
   * @param folder an empty one for what differs
   */
  Intake(Path root, Path folder, CacheManifest known) {
    this.root = root;
    this.folder = folder;
    this.known = known;
    known.entries().forEach(entry -> before.put(entry.path(), entry));
  }

  @Override
  public void entry(CacheEntry header, long size, InputStream content) throws IOException {
    if (entries.size() >= CacheManifest.MAX_ENTRIES) {
      throw new IOException(
          "the cache directory holds more than %,d files: it stays on this agent"
              .formatted(CacheManifest.MAX_ENTRIES));
    }
    CacheEntry entry =
        header.type() == CacheEntry.Type.FILE
            ? withChunks(header, chunks(header.path(), size, content))
            : header;
    entries.put(entry.path(), entry);
  }

  @Override
  public void leftOut() {
    leftOut++;
  }

  private static CacheEntry withChunks(CacheEntry header, ChunkList chunks) {
    return new CacheEntry(
        header.path(),
        header.type(),
        header.mode(),
        header.uid(),
        header.gid(),
        header.modifiedNanos(),
        header.attributes(),
        header.target(),
        chunks);
  }

  private ChunkList chunks(String path, long size, InputStream content) throws IOException {
    bytesRead += size;
    Optional<CacheEntry> file = knownFile(path).filter(entry -> entry.size() == size);
    if (file.isPresent() && size == 0) {
      unchanged.put(path, file.get().path());
      return ChunkList.EMPTY;
    }
    Path copy = folder.resolve(String.valueOf(copies++));
    if (file.isPresent() && isSame(file.get(), content, copy)) {
      unchanged.put(path, file.get().path());
      return file.get().chunks();
    }
    if (file.isEmpty()) {
      Files.copy(content, copy);
    }
    staged.put(path, copy);
    return reading.chunks(copy);
  }

  /** The file that the directory has at a path, under whichever of its names it is listed. */
  private Optional<CacheEntry> knownFile(String path) {
    CacheEntry entry = before.get(path);
    if (entry != null && entry.type() == CacheEntry.Type.HARD_LINK) {
      entry = before.get(entry.target());
    }
    return Optional.ofNullable(entry).filter(e -> e.type() == CacheEntry.Type.FILE);
  }

  /** Compares the content with a file's; where it differs all of it goes to {@code copy}. */
  private boolean isSame(CacheEntry file, InputStream content, Path copy) throws IOException {
    Path path = FileNameBytes.resolve(root, file.path());
    long same = 0;
    try (InputStream own = open(path)) {
      while (true) {
        int length = content.readNBytes(told, 0, BUFFER);
        int ownLength = own.readNBytes(here, 0, BUFFER);
        if (length != ownLength || !Arrays.equals(told, 0, length, here, 0, length)) {
          write(path, same, length, content, copy);
          return false;
        }
        if (length < BUFFER) {
          return true;
        }
        same += length;
      }
    }
  }

  private static InputStream open(Path path) throws IOException {
    try {
      return Files.newInputStream(path);
    } catch (NoSuchFileException lost) {
      return InputStream.nullInputStream();
    }
  }

  private void write(Path own, long same, int length, InputStream rest, Path copy)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(copy)) {
      if (same > 0) {
        try (InputStream begin = Files.newInputStream(own)) {
          copyExactly(begin, out, same);
        }
      }
      out.write(told, 0, length);
      rest.transferTo(out);
    }
  }

  private void copyExactly(InputStream in, OutputStream out, long bytes) throws IOException {
    long left = bytes;
    while (left > 0) {
      int length = in.readNBytes(here, 0, (int) Math.min(BUFFER, left));
      if (length == 0) {
        throw new IOException("a file of the replica changed while it was read");
      }
      out.write(here, 0, length);
      left -= length;
    }
  }

  /** All that was told as a manifest, after which the directory is what it says. */
  CacheManifest finish() throws IOException {
    Map<String, CacheEntry> named = byFirstNames();
    List<CacheEntry> list = new ArrayList<>(named.size());
    for (CacheEntry entry : named.values()) {
      CacheEntry old = before.get(entry.path());
      list.add(old != null && isUnchanged(old, entry) ? old : entry);
    }
    CacheManifest manifest = CacheManifest.of(list);
    for (CacheEntry entry : list) {
      if (entry.type() == CacheEntry.Type.FILE) {
        stageIfElsewhere(entry.path());
      }
    }
    new DirectoryUpdate(
            root,
            new Replica.Current(known, ScanStamps.of(known.entries().size())),
            manifest,
            path -> Optional.ofNullable(staged.get(path)),
            FileAttributes.NONE)
        .run();
    return manifest;
  }

  int leftOutCount() {
    return leftOut;
  }

  long bytesRead() {
    return bytesRead;
  }

  /** A manifest lists a file under the first of its names; who told it, under another maybe. */
  private Map<String, CacheEntry> byFirstNames() {
    Map<String, String> moved = new HashMap<>();
    for (CacheEntry entry : entries.values()) {
      boolean link = entry.type() == CacheEntry.Type.HARD_LINK;
      if (link && entry.path().compareTo(moved.getOrDefault(entry.target(), entry.target())) < 0) {
        moved.put(entry.target(), entry.path());
      }
    }
    Map<String, CacheEntry> named = new TreeMap<>();
    for (CacheEntry entry : entries.values()) {
      String file = entry.type() == CacheEntry.Type.HARD_LINK ? entry.target() : entry.path();
      String name = moved.getOrDefault(file, file);
      if (file.equals(name)) {
        named.put(entry.path(), entry);
      } else if (!entry.path().equals(name)) {
        named.put(entry.path(), CacheEntry.hardLink(entry.path(), name));
      }
    }
    moved.forEach((from, to) -> named.put(to, entries.get(from).at(to)));
    moved.forEach((from, to) -> move(from, to, staged));
    moved.forEach((from, to) -> move(from, to, unchanged));
    return named;
  }

  private static <T> void move(String from, String to, Map<String, T> map) {
    T value = map.remove(from);
    if (value != null) {
      map.put(to, value);
    }
  }

  /** Tells carry times to the second, and no extended attributes. */
  private static boolean isUnchanged(CacheEntry old, CacheEntry now) {
    return old.sameContent(now)
        && old.mode() == now.mode()
        && old.uid() == now.uid()
        && old.gid() == now.gid()
        && Math.floorDiv(old.modifiedNanos(), SECOND) == Math.floorDiv(now.modifiedNanos(), SECOND);
  }

  /** A file that did not change but is listed under another name now. */
  private void stageIfElsewhere(String path) throws IOException {
    String place = unchanged.get(path);
    CacheEntry old = before.get(path);
    boolean inPlace = old != null && old.type() == CacheEntry.Type.FILE;
    if (place != null && !(inPlace && place.equals(path))) {
      Path copy = folder.resolve(String.valueOf(copies++));
      Files.copy(FileNameBytes.resolve(root, place), copy);
      staged.put(path, copy);
    }
  }
}
