package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheManifest;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.DistantContent;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Replica;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.AuxiliaryContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.FileRemoval;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.KeptVolumes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.MountSource;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.VolumeFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The volume in which steps see one cache directory. What it holds stands beside the copy on this
 * disk, in {@code N.volume.json}: a manifest, as long as no step may have changed it since. Before
 * a step it is brought from that manifest to the copy's, by what differs; after the step all of it
 * is read. A volume that is gone, or was left in the middle of a change, is made anew from the
 * copy.
 *
 * <p>Callers hold the directory's lock; {@link #prepare} wants {@link CacheInstance#makingFile}
 * besides.
 */
public final class CacheVolume implements DistantContent {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KEY_DIGITS = 24;

  private final CacheVolumes parts;
  private final CacheInstance instance;
  private final Replica replica;

  CacheVolume(CacheVolumes parts, CacheInstance instance) {
    this.parts = parts;
    this.instance = instance;
    this.replica = new Replica(instance.content(), this);
  }

  /**
   * What is remembered.
   *
   * @param generation of the volume; {@code ""} for none
   * @param manifest that it holds; {@code ""} while steps may change it
   */
  record Notes(String generation, String manifest) {

    static final Notes NONE = new Notes("", "");

    static Notes of(String generation, CacheManifest manifest) {
      return new Notes(generation, manifest.digest().toString());
    }

    boolean isInUse() {
      return manifest.isEmpty();
    }

    Notes inUse() {
      return new Notes(generation, "");
    }
  }

  /**
   * Makes the volume what the copy is, unless a step changes it already, and the part of it that
   * the request wants.
   *
   * @param discard whether what the step writes goes elsewhere
   * @return whether that part was made now
   */
  boolean prepare(MountRequest.Cache request, boolean discard) throws IOException {
    boolean isNew = !instance.exists();
    if (isNew) {
      Files.createDirectories(instance.content());
    }
    try (VolumeFiles volume = broughtUp()) {
      boolean made = new CacheSeed(parts.images(), volume).makeUnlessThere(request, isNew);
      if (made || !discard) {
        save(notes().inUse());
      }
      return made;
    }
  }

  private VolumeFiles broughtUp() throws IOException {
    Notes notes = notes();
    Optional<VolumeFiles> volume = open(notes);
    if (volume.isPresent()) {
      boolean done = false;
      try {
        done = notes.isInUse() || broughtUp(volume.get(), notes);
        if (done) {
          return volume.get();
        }
      } finally {
        if (!done) {
          volume.get().close();
        }
      }
    }
    return madeAnew();
  }

  /** The manifest that the copy has, also while a step changes the volume. */
  private CacheManifest wanted() throws IOException {
    return replica.manifest(replica.known()).orElse(CacheManifest.EMPTY);
  }

  /** Whether it could be done by what differs. */
  private boolean broughtUp(VolumeFiles volume, Notes notes) throws IOException {
    Optional<CacheManifest> held = replica.manifest(Digest.parse(notes.manifest()));
    CacheManifest wanted = wanted();
    if (held.isEmpty()) {
      return false;
    }
    if (held.get().digest().equals(wanted.digest())) {
      return true;
    }
    CacheVolumeUpdate update = CacheVolumeUpdate.between(held.get(), wanted);
    save(Notes.NONE);
    if (!removed(volume, update)) {
      return false;
    }
    volume.writeBytes(tar -> update.write(replica, tar));
    save(Notes.of(notes.generation(), wanted));
    return true;
  }

  private boolean removed(VolumeFiles volume, CacheVolumeUpdate update) throws IOException {
    Optional<List<FileRemoval>> removals = update.removals();
    return removals.isPresent()
        && (removals.get().isEmpty()
            || (parts.containers().canRun()
                && parts.containers().remove(volume.mount(), removals.get())));
  }

  private VolumeFiles madeAnew() throws IOException {
    String generation = UUID.randomUUID().toString();
    save(Notes.NONE);
    parts.kept().recreate(key(), generation);
    VolumeFiles volume = VolumeFiles.open(parts.engine(), parts.containers(), name());
    boolean done = false;
    try {
      CacheManifest wanted = wanted();
      CacheVolumeUpdate update = CacheVolumeUpdate.between(CacheManifest.EMPTY, wanted);
      volume.writeBytes(tar -> update.write(replica, tar));
      save(Notes.of(generation, wanted));
      done = true;
      return volume;
    } finally {
      if (!done) {
        volume.close();
      }
    }
  }

  /** The part that a request wants, which {@link #prepare} made. */
  public MountSource source(MountRequest.Cache request) throws IOException {
    VolumeFiles volume = VolumeFiles.open(parts.engine(), parts.containers(), name());
    boolean done = false;
    try {
      String path = CacheSeed.place(volume, request).path();
      String inside = path.substring(AuxiliaryContainers.AT.length());
      done = true;
      return MountSource.path(
          volume.enginePath(inside.isEmpty() ? "/" : inside), true, volume::close);
    } finally {
      if (!done) {
        volume.close();
      }
    }
  }

  @Override
  public boolean tell(Listener listener) throws IOException {
    Notes notes = notes();
    Optional<VolumeFiles> volume = notes.isInUse() ? open(notes) : Optional.empty();
    if (volume.isEmpty()) {
      return false;
    }
    try (VolumeFiles files = volume.get()) {
      CacheVolumeReading.tell(files.files(), listener);
    }
    return true;
  }

  @Override
  public void told(Digest manifest) throws IOException {
    Notes notes = notes();
    if (notes.isInUse() && !notes.generation().isEmpty()) {
      save(new Notes(notes.generation(), manifest.toString()));
    }
  }

  /** Removes the volume; answers whether it is gone. */
  boolean remove() throws IOException {
    if (notes().equals(Notes.NONE) && !Files.exists(file())) {
      return true;
    }
    boolean gone = Volumes.removeIfUnused(parts.engine(), name());
    if (gone) {
      Files.deleteIfExists(file());
    }
    return gone;
  }

  private Optional<VolumeFiles> open(Notes notes) {
    if (notes.generation().isEmpty()) {
      return Optional.empty();
    }
    VolumeFiles volume = VolumeFiles.open(parts.engine(), parts.containers(), name());
    if (volume.label(KeptVolumes.GENERATION).equals(notes.generation())) {
      return Optional.of(volume);
    }
    volume.close();
    return Optional.empty();
  }

  private String key() {
    String key = instance.home().getFileName().toString();
    return key.substring(0, Math.min(KEY_DIGITS, key.length())) + "-" + instance.number();
  }

  private String name() {
    return parts.kept().name(key());
  }

  private Path file() {
    return instance.home().resolve(instance.number() + ".volume.json");
  }

  private Notes notes() throws IOException {
    try {
      return JSON.readValue(Files.readAllBytes(file()), Notes.class);
    } catch (NoSuchFileException | JsonProcessingException missingOrCutShort) {
      return Notes.NONE;
    }
  }

  private void save(Notes notes) throws IOException {
    AtomicFiles.write(file(), JSON.writeValueAsBytes(notes));
  }
}
