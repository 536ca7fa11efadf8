package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What {@link DirectoryScan} does, for a replica whose directory is a copy of something else. */
record DistantScan(Replica replica, DistantContent distant) {

  /**
   * Brings the copy to what the distant content holds.
   *
   * @return empty if that holds still what the copy does
   */
  Optional<DirectoryScan.Result> run(CacheManifest known) throws IOException {
    Path staging = replica.newStaging();
    try {
      Intake intake = new Intake(replica.content(), staging, known);
      if (!distant.tell(intake)) {
        return Optional.empty();
      }
      replica.beginUpdate();
      CacheManifest manifest = intake.finish();
      ScanStamps stamps = ScanStamps.of(manifest.entries().size());
      return Optional.of(
          new DirectoryScan.Result(manifest, stamps, intake.leftOutCount(), intake.bytesRead()));
    } finally {
      RecursiveRemoval.remove(staging);
    }
  }

  /** Whether the copy has the bytes that a manifest says. */
  boolean holds(CacheManifest manifest) throws IOException {
    FileReading reading = new FileReading();
    for (CacheEntry entry : manifest.entries()) {
      Path file = FileNameBytes.resolve(replica.content(), entry.path());
      if (entry.type() == CacheEntry.Type.FILE && !entry.chunks().equals(reading.chunks(file))) {
        return false;
      }
    }
    return true;
  }
}
