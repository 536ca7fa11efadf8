package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Replica;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.DirectorySize;
import io.jenkins.plugins.dockerfilebuild.content.FileNames;
import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import io.jenkins.plugins.dockerfilebuild.execution.CacheWorth;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.HostLock;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One directory of a cache, numbered, on disk: {@code N/} is its content, {@code N.json} what is
 * remembered of it, {@code N.lock} who uses it, {@code N.notes} who changes what is remembered,
 * {@code N.new} what is being made or removed. {@code N/} comes and goes by one move, so there is
 * never a half of it.
 *
 * @param home the directory of the cache's key
 * @param volumes where steps see what {@code N/} then is a copy of, if they do not see that itself
 */
public record CacheInstance(Path home, int number, Optional<CacheVolumes> volumes) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PARENT_MODE = 0755;

  /** Fills a new directory at a path that does not exist yet. */
  @FunctionalInterface
  interface Seed {
    void writeTo(Path directory) throws IOException;
  }

  /**
   * What is remembered of a directory.
   *
   * @param countedMillis when {@code bytes} and {@code files} were counted, 0 if never
   * @param worth unknown in notes of earlier versions
   */
  public record Notes(
      long createdMillis,
      long lastUsedMillis,
      long countedMillis,
      long bytes,
      long files,
      CacheWorth worth) {

    static final Notes NONE = new Notes(0, 0, 0, 0, 0, CacheWorth.UNKNOWN);

    public Notes {
      worth = worth == null ? CacheWorth.UNKNOWN : worth;
    }

    /** Whether it was used after it was counted, or in the same millisecond. */
    @JsonIgnore // no property of the file, though it looks like one
    public boolean isOutdated() {
      return countedMillis <= lastUsedMillis;
    }

    private Notes worth(CacheWorth now) {
      return new Notes(createdMillis, lastUsedMillis, countedMillis, bytes, files, now);
    }

    private Notes used(long nowMillis) {
      long created = createdMillis == 0 ? nowMillis : createdMillis;
      return new Notes(created, nowMillis, countedMillis, bytes, files, worth);
    }

    private Notes counted(long nowMillis, DirectorySize size) {
      return new Notes(createdMillis, lastUsedMillis, nowMillis, size.bytes(), size.files(), worth);
    }
  }

  /** The part of the directory that is mounted, absolute and clean; {@code /} is all of it. */
  static String sourceOf(MountRequest.Cache request) {
    return ContainerPath.clean(request.source());
  }

  /** Where its files lie. */
  public Path content() {
    return home.resolve(String.valueOf(number));
  }

  Path lockFile() {
    return home.resolve(number + ".lock");
  }

  /** One whose directory steps see. */
  public CacheInstance(Path home, int number) {
    this(home, number, Optional.empty());
  }

  /** The directory as a replica of a version. */
  Replica replica() {
    return volumes.isPresent()
        ? new Replica(content(), volumes.get().of(this))
        : new Replica(content());
  }

  /** Locked while the directory or a part of it is made by one of those who share it. */
  Path makingFile() {
    return home.resolve(number + ".making");
  }

  boolean exists() {
    return Files.isDirectory(content(), LinkOption.NOFOLLOW_LINKS);
  }

  /** What is remembered; nothing useful if it was never written or got lost. */
  public Notes notes() throws IOException {
    try {
      return JSON.readValue(Files.readAllBytes(recordFile()), Notes.class);
    } catch (NoSuchFileException | JsonProcessingException e) {
      return Notes.NONE;
    }
  }

  /** Notes that it is used now; whatever was counted before this moment is out of date. */
  public Notes noteUse(long nowMillis) throws IOException {
    return update(old -> old.used(nowMillis));
  }

  /** Notes that a step begins to use it. */
  public Notes noteStep(long nowMillis) throws IOException {
    return update(
        old -> {
          long since = old.lastUsedMillis() == 0 ? 0 : nowMillis - old.lastUsedMillis();
          return old.used(nowMillis).worth(old.worth().used(since));
        });
  }

  /** Notes what a step took that came to its end; {@code cold}: it had found nothing here. */
  public void noteRun(boolean cold, long millis) throws IOException {
    update(old -> old.worth(old.worth().ran(cold, millis)));
  }

  /**
   * Counts what it holds, whoever uses it meanwhile, and notes that.
   *
   * @param nowMillis before it is counted: a use that ends while it is counted makes it out of date
   */
  public Notes count(long nowMillis) throws IOException {
    DirectorySize size = DirectorySize.of(content());
    return update(old -> old.counted(nowMillis, size));
  }

  /**
   * Changes what is remembered. Steps that share the directory, those who list directories and who
   * counts in the background do that at once, in several processes: one after the other, so that
   * nobody's change is lost. A step that is being canceled notes its end as well.
   */
  private Notes update(UnaryOperator<Notes> change) throws IOException {
    boolean interrupted = Thread.interrupted();
    Notes[] changed = new Notes[1];
    try {
      HostLock.exclusive(home.resolve(number + ".notes"))
          .releaseAfter(
              () -> {
                changed[0] = change.apply(notes());
                if (exists()) {
                  AtomicFiles.write(recordFile(), JSON.writeValueAsBytes(changed[0]));
                }
              });
      return changed[0];
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * The directory at {@code source} of the content, made if it is missing. The caller holds the
   * lock, and {@link #makingFile()}.
   *
   * @param source absolute and clean
   * @return whether it was made now
   * @throws TransferException {@code source} leaves the cache directory by a symbolic link
   */
  boolean make(String source, Seed seed) throws IOException {
    Path there = path(source);
    if (Files.isDirectory(there)) {
      return false;
    }
    if (Files.exists(there)) {
      throw new TransferException(
          "source=%s of a cache mount is not a directory in it".formatted(source));
    }
    Path unfinished = unfinished();
    RecursiveRemoval.remove(unfinished);
    try {
      if (exists()) {
        seed.writeTo(unfinished);
        makeParents(content().toRealPath(), there);
        Files.move(unfinished, there, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Path target = FileNames.resolve(unfinished, source.substring(1));
        makeParents(unfinished.getParent(), target);
        seed.writeTo(target);
        Files.move(unfinished, content(), StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      RecursiveRemoval.remove(unfinished);
    }
    return true;
  }

  /**
   * The place of {@code source}, with symbolic links followed as long as they stay inside. It need
   * not exist.
   *
   * @throws TransferException it leaves the cache directory
   */
  Path path(String source) throws IOException {
    if (!exists()) {
      return FileNames.resolve(content(), source.substring(1));
    }
    Path root = content().toRealPath();
    Path path = root;
    for (Path element : FileNames.resolve(Path.of("/"), source.substring(1))) {
      path = path.resolve(element);
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        path = followed(path, root, source);
      }
    }
    return path;
  }

  private static Path followed(Path path, Path root, String source) throws IOException {
    try {
      Path real = path.toRealPath();
      if (real.startsWith(root)) {
        return real;
      }
    } catch (NoSuchFileException dangling) {
      // Where it leads to may be made outside any time.
    }
    throw new TransferException(
        "source=%s of a cache mount leaves the cache directory by a symbolic link"
            .formatted(source));
  }

  /**
   * Removes the directory. The caller holds the lock exclusively.
   *
   * @return whether there was one
   */
  boolean remove() throws IOException {
    Path unfinished = unfinished();
    RecursiveRemoval.remove(unfinished);
    if (volumes.isPresent() && !volumes.get().of(this).remove()) {
      return false;
    }
    if (!exists()) {
      return false;
    }
    Files.move(content(), unfinished, StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(recordFile());
    replica().forget();
    RecursiveRemoval.remove(unfinished);
    return true;
  }

  private Path unfinished() {
    return home.resolve(number + ".new");
  }

  private Path recordFile() {
    return home.resolve(number + ".json");
  }

  private static void makeParents(Path existing, Path target) throws IOException {
    Path parent = target.getParent();
    if (!parent.equals(existing) && !Files.isDirectory(parent)) {
      makeParents(existing, parent);
      Files.createDirectory(parent);
      setAttributes(parent, PARENT_MODE, 0, 0);
    }
  }

  /** An empty directory with exactly this mode and owner. */
  static void makeEmpty(Path directory, CacheKey key) throws IOException {
    Files.createDirectory(directory);
    setAttributes(directory, key.mode(), key.uid(), key.gid());
  }

  /**
   * @throws IOException this process is not root and may not give files away
   */
  static void setAttributes(Path path, int mode, int uid, int gid) throws IOException {
    Map<String, Object> now = Files.readAttributes(path, "unix:uid,gid");
    if (!now.get("uid").equals(uid)) {
      Files.setAttribute(path, "unix:uid", uid);
    }
    if (!now.get("gid").equals(gid)) {
      Files.setAttribute(path, "unix:gid", gid);
    }
    Files.setAttribute(path, "unix:mode", mode);
  }
}
