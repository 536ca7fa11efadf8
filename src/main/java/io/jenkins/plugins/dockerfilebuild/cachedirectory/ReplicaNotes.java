package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.Replica.Current;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The folder beside a replica's directory: what is known of the directory, and room for what comes
 * and goes. What is missing or damaged there counts as not known. Not thread-safe, but for {@link
 * #manifest}.
 */
final class ReplicaNotes {

  private final Path folder;
  private final Path stamps;
  private final Path state;

  /** There while a copy of distant content is changed. */
  private final Path changing;

  private final ManifestHistory history;
  private final PendingUnion union;

  /**
   * @param folder is made when something is noted
   */
  ReplicaNotes(Path folder) {
    this.folder = folder;
    this.stamps = folder.resolve("stamps");
    this.state = folder.resolve("state.json");
    this.changing = folder.resolve("changing");
    this.history = new ManifestHistory(folder.resolve("manifests"));
    this.union = new PendingUnion(folder.resolve("uniting"), history);
  }

  ReplicaState state() throws IOException {
    return ReplicaState.read(state);
  }

  /** Whether a state was ever noted. */
  boolean hasState() {
    return Files.exists(state);
  }

  void save(ReplicaState now) throws IOException {
    now.write(state);
  }

  /** A manifest that was noted lately. */
  Optional<CacheManifest> manifest(Digest digest) throws IOException {
    return digest.equals(CacheManifest.EMPTY.digest())
        ? Optional.of(CacheManifest.EMPTY)
        : history.find(digest);
  }

  void remember(CacheManifest manifest) throws IOException {
    history.add(manifest);
  }

  /** Notes what the directory holds, and how that looks. */
  void keep(Current current) throws IOException {
    Digest digest = current.manifest().digest();
    history.add(current.manifest());
    AtomicFiles.write(stamps, out -> current.stamps().writeTo(out, digest));
  }

  /** What was kept last. */
  Current lastKnown() throws IOException {
    CacheManifest manifest = manifest(Digest.parse(state().scanned())).orElse(CacheManifest.EMPTY);
    int entries = manifest.entries().size();
    try (InputStream in = Files.newInputStream(stamps)) {
      return new Current(manifest, ScanStamps.read(in, manifest.digest(), entries));
    } catch (NoSuchFileException | EOFException missing) {
      return new Current(manifest, ScanStamps.of(entries));
    }
  }

  /** Whether the manifest of what was kept last can still be read. */
  boolean isKnown() throws IOException {
    return manifest(Digest.parse(state().scanned())).isPresent();
  }

  /** Whether there is a file for that manifest, be it as it may. */
  boolean hasManifest() throws IOException {
    Digest scanned = Digest.parse(state().scanned());
    return scanned.equals(CacheManifest.EMPTY.digest()) || history.has(scanned);
  }

  /** How files looked is not to be believed: the next scan reads all. */
  void forgetStamps() throws IOException {
    AtomicFiles.write(stamps, new byte[0]);
  }

  /** Begins to unite a version with another, and those of attempts that were cut short. */
  List<CacheManifest> beginUniting(String manifest) throws IOException {
    return union.begin(manifest);
  }

  void endUniting() throws IOException {
    union.end();
  }

  void beginChanging() throws IOException {
    AtomicFiles.write(changing, new byte[0]);
  }

  void endChanging() throws IOException {
    Files.deleteIfExists(changing);
  }

  /** Whether a change was begun and not ended. */
  boolean isChanging() {
    return Files.exists(changing);
  }

  /** An empty folder for what is put together. */
  Path newStaging() throws IOException {
    RecursiveRemoval.remove(staging());
    return Files.createDirectories(staging());
  }

  Path staging() {
    return folder.resolve("staging");
  }

  /** A folder for what is sent to others. */
  Path outgoing() {
    return folder.resolve("outgoing");
  }

  void remove() throws IOException {
    RecursiveRemoval.remove(folder);
  }
}
