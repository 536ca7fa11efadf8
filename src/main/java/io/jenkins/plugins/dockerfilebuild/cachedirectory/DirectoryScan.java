package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Workers;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Finds out what a directory holds, reading only files that look otherwise than when they were read
 * last. Nobody may change the directory meanwhile; what happens to be changed or removed all the
 * same is read again by the next scan. Used once.
 */
final class DirectoryScan {

  private static final int DIRECTORIES_AT_ONCE = 8;
  private static final int FILES_AT_ONCE = 32;

  /** A path that was found. */
  private record Found(String path, Path file, FileStat stat) {}

  /**
   * What a scan found.
   *
   * @param leftOut devices, pipes and sockets, which no manifest holds
   */
  record Result(CacheManifest manifest, ScanStamps stamps, int leftOut, long bytesRead) {}

  private final Path root;
  private final CacheManifest known;
  private final ScanStamps stamps;
  private final AtomicInteger leftOut = new AtomicInteger();
  private final long begunNanos = nanos(Instant.now());

  /** As many as there are threads: each has a buffer that is worth keeping. */
  private final Queue<FileReading> readings = new ConcurrentLinkedQueue<>();

  /**
   * @param known what the directory held at the last scan, {@code stamps} how it looked then
   */
  DirectoryScan(Path root, CacheManifest known, ScanStamps stamps) {
    this.root = root;
    this.known = known;
    this.stamps = stamps;
  }

  Result run() throws IOException {
    List<Found> found = walk();
    ScanStamps seen = ScanStamps.of(found.size());
    CacheEntry[] entries = new CacheEntry[found.size()];
    Map<Long, String> firstNames = firstNames(found);
    List<Integer> unknown = recognise(found, entries, seen, firstNames);
    Workers.forEach(groups(unknown), 1, group -> readAll(group, found, entries, seen, firstNames));
    return result(entries, seen);
  }

  /** Drops what vanished while it was read. */
  private Result result(CacheEntry[] entries, ScanStamps seen) throws IOException {
    int[] present = IntStream.range(0, entries.length).filter(i -> entries[i] != null).toArray();
    List<CacheEntry> list = new ArrayList<>(present.length);
    ScanStamps kept = present.length == entries.length ? seen : ScanStamps.of(present.length);
    for (int i = 0; i < present.length; i++) {
      list.add(entries[present[i]]);
      if (kept != seen) {
        kept.copy(i, seen, present[i]);
      }
    }
    CacheManifest manifest = CacheManifest.of(list);
    long bytesRead = readings.stream().mapToLong(FileReading::bytesRead).sum();
    return new Result(manifest, kept, leftOut.get(), bytesRead);
  }

  private List<Found> walk() throws IOException {
    List<Found> all = Collections.synchronizedList(new ArrayList<>());
    Found top = new Found("", root, FileStat.of(root));
    all.add(top);
    List<Found> level = List.of(top);
    while (!level.isEmpty()) {
      List<Found> next = Collections.synchronizedList(new ArrayList<>());
      Workers.forEach(level, DIRECTORIES_AT_ONCE, directory -> list(directory, all, next));
      level = List.copyOf(next);
      if (all.size() > CacheManifest.MAX_ENTRIES) {
        throw new IOException(
            "the cache directory holds more than %,d files: it stays on this agent"
                .formatted(CacheManifest.MAX_ENTRIES));
      }
    }
    Found[] sorted = all.toArray(Found[]::new);
    Arrays.parallelSort(sorted, Comparator.comparing(Found::path));
    return List.of(sorted);
  }

  private void list(Found directory, List<Found> all, List<Found> next) throws IOException {
    List<Found> here = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory.file)) {
      for (Path child : children) {
        look(directory, child, here);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException | NotDirectoryException gone) {
      return;
    }
    all.addAll(here);
    here.stream().filter(found -> found.stat.isDirectory()).forEach(next::add);
  }

  private void look(Found directory, Path child, List<Found> here) throws IOException {
    try {
      FileStat stat = FileStat.of(child);
      if (!stat.isDirectory() && !stat.isFile() && !stat.isSymlink()) {
        leftOut.incrementAndGet();
        return;
      }
      String name = FileNameBytes.of(child.getFileName());
      String path = directory.path.isEmpty() ? name : directory.path + "/" + name;
      here.add(new Found(path, child, stat));
    } catch (NoSuchFileException gone) {
      // As if it had never been there.
    }
  }

  /** Of files that have several names in the directory: inode → the first of these. */
  private static Map<Long, String> firstNames(List<Found> found) {
    Map<Long, String> first = new HashMap<>();
    for (Found one : found) {
      if (one.stat.isFile() && one.stat.links() > 1) {
        first.putIfAbsent(one.stat.inode(), one.path);
      }
    }
    return first;
  }

  private static String linkTarget(Found found, Map<Long, String> firstNames) {
    boolean several = found.stat.isFile() && found.stat.links() > 1;
    String first = several ? firstNames.get(found.stat.inode()) : found.path;
    return first.equals(found.path) ? "" : first;
  }

  /** Takes over entries that look as they did; answers the positions of the others. */
  private List<Integer> recognise(
      List<Found> found, CacheEntry[] entries, ScanStamps seen, Map<Long, String> firstNames) {
    List<Integer> unknown = new ArrayList<>();
    List<CacheEntry> olds = known.entries();
    int old = 0;
    for (int i = 0; i < entries.length; i++) {
      Found one = found.get(i);
      while (old < olds.size() && olds.get(old).path().compareTo(one.path) < 0) {
        old++;
      }
      boolean same =
          old < olds.size()
              && olds.get(old).path().equals(one.path)
              && stamps.matches(old, one.stat)
              && isSameKind(olds.get(old), linkTarget(one, firstNames));
      if (same) {
        entries[i] = olds.get(old);
        seen.copy(i, stamps, old);
      } else {
        unknown.add(i);
      }
    }
    return unknown;
  }

  private static boolean isSameKind(CacheEntry entry, String linkTarget) {
    boolean wasLink = entry.type() == CacheEntry.Type.HARD_LINK;
    return linkTarget.isEmpty() ? !wasLink : wasLink && entry.target().equals(linkTarget);
  }

  private static List<List<Integer>> groups(List<Integer> positions) {
    List<List<Integer>> groups = new ArrayList<>();
    for (int start = 0; start < positions.size(); start += FILES_AT_ONCE) {
      groups.add(positions.subList(start, Math.min(positions.size(), start + FILES_AT_ONCE)));
    }
    return groups;
  }

  private void readAll(
      List<Integer> group,
      List<Found> found,
      CacheEntry[] entries,
      ScanStamps seen,
      Map<Long, String> firstNames)
      throws IOException {
    FileReading free = readings.poll();
    FileReading reading = free == null ? new FileReading() : free;
    for (int position : group) {
      Found one = found.get(position);
      long now = nanos(Instant.now());
      try {
        entries[position] = read(one, linkTarget(one, firstNames), reading);
        if (ScanStamps.isSettled(one.stat, begunNanos) || FileStat.of(one.file).equals(one.stat)) {
          seen.put(position, one.stat, now);
        }
      } catch (NoSuchFileException gone) {
        entries[position] = null;
      }
    }
    readings.add(reading);
  }

  private static CacheEntry read(Found found, String linkTarget, FileReading reading)
      throws IOException {
    FileStat stat = found.stat;
    if (!linkTarget.isEmpty()) {
      return CacheEntry.hardLink(found.path, linkTarget);
    }
    CacheEntry.Type type = type(stat);
    return new CacheEntry(
        found.path,
        type,
        stat.permissions(),
        stat.uid(),
        stat.gid(),
        stat.modifiedNanos(),
        stat.isSymlink() ? CacheEntry.NO_ATTRIBUTES : FileReading.attributes(found.file),
        stat.isSymlink() ? FileNameBytes.of(Files.readSymbolicLink(found.file)) : "",
        stat.isFile() && stat.size() > 0 ? reading.chunks(found.file) : ChunkList.EMPTY);
  }

  private static CacheEntry.Type type(FileStat stat) {
    if (stat.isDirectory()) {
      return CacheEntry.Type.DIRECTORY;
    }
    return stat.isSymlink() ? CacheEntry.Type.SYMLINK : CacheEntry.Type.FILE;
  }

  private static long nanos(Instant instant) {
    return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
  }
}
