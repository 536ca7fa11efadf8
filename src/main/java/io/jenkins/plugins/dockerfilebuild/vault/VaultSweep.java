package io.jenkins.plugins.dockerfilebuild.vault;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Removes of a directory in a vault what no version needs: all versions but the last two, and what
 * only they needed or an upload that broke off left. What is younger than a day stays, for it may
 * belong to an upload that is on its way.
 */
record VaultSweep(VaultObjects objects, String hex) {

  private static final int VERSIONS_KEPT = 2;
  private static final long GRACE_MILLIS = Duration.ofDays(1).toMillis();

  void run() throws IOException {
    List<VaultObjects.Stored> versions = objects.list(VaultNames.versions(hex));
    int first = Math.max(0, versions.size() - VERSIONS_KEPT);
    Set<String> needed = new HashSet<>();
    for (VaultObjects.Stored kept : versions.subList(first, versions.size())) {
      Optional<byte[]> json = objects.get(kept.name(), 0, VaultRecord.MAX_BYTES);
      Optional<VaultRecord> record = json.flatMap(bytes -> VaultRecord.decode(bytes, hex));
      boolean understood = json.isEmpty() || (record.isPresent() && add(record.get(), needed));
      if (!understood) {
        // Of a record of whatever other program, or without its index, nobody knows what it needs.
        return;
      }
    }
    objects.delete(versions.subList(0, first).stream().map(VaultObjects.Stored::name).toList());
    List<String> dead = new ArrayList<>();
    for (String kind :
        List.of(VaultNames.packs(hex), VaultNames.indexes(hex), VaultNames.manifests(hex))) {
      List<VaultObjects.Stored> all = objects.list(kind);
      long newest = all.stream().mapToLong(VaultObjects.Stored::modifiedMillis).max().orElse(0);
      all.stream()
          .filter(one -> !needed.contains(one.name()))
          .filter(one -> newest - one.modifiedMillis() > GRACE_MILLIS)
          .forEach(one -> dead.add(one.name()));
    }
    objects.delete(dead);
  }

  private boolean add(VaultRecord record, Set<String> needed) throws IOException {
    needed.add(VaultNames.manifests(hex) + record.digest().hex());
    for (String name : record.indexes()) {
      String index = VaultNames.indexes(hex) + name;
      needed.add(index);
      Optional<byte[]> bytes = objects.get(index, 0, PackIndex.MAX_BYTES);
      if (bytes.isEmpty()) {
        return false;
      }
      for (Digest pack : PackIndex.decode(bytes.get()).packs().keySet()) {
        needed.add(VaultNames.packs(hex) + pack.hex());
      }
    }
    return true;
  }
}
