package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Moves versions from one replica to another as agents do, within the test. */
final class Replicas {

  /** What a move took. */
  record Moved(int missing, long lackingBytes, long reusedBytes, long packedBytes, int conflicts) {}

  private Replicas() {}

  /** A directory's content as a new version. */
  static Replica.Held publish(Replica replica, long number) throws IOException {
    replica.scan();
    return replica.adopt(number, 1_000 + number);
  }

  /** Brings {@code to} to the version that {@code from} holds. */
  static Moved bringUp(Replica from, Replica to) throws IOException {
    return move(from, to, Kept.NOTHING);
  }

  /** Merges the version that {@code from} holds into {@code to}. */
  static Moved merge(Replica from, Replica to) throws IOException {
    return move(from, to, Kept.CHANGES);
  }

  /** Brings {@code to} to the version that {@code from} holds, which was made without its own. */
  static Moved unite(Replica from, Replica to) throws IOException {
    return move(from, to, Kept.VERSION);
  }

  private static Moved move(Replica from, Replica to, Kept kept) throws IOException {
    Replica.Held version = from.held().orElseThrow();
    CacheManifest wanted = patched(from, to, version.manifest());
    BringUp bringUp = BringUp.plan(to, wanted, kept, List.of());
    long lacking = bringUp.lackingBytes();
    long packed = 0;
    ReplicaReader reader = ReplicaReader.open(from, version.manifest());
    for (int at = 0; at < bringUp.lackingChunks(); at += 16) {
      List<Digest> chunks = bringUp.lacking(at, 16).stream().map(ChunkList.Chunk::digest).toList();
      Bytes batch = reader.read(chunks, 4 << 20);
      packed += batch.size();
      bringUp.receive(batch);
    }
    int missing = bringUp.apply(version.number(), version.publishedMillis());
    if (kept == Kept.CHANGES) {
      to.adopt(version.number() + 1, version.publishedMillis() + 1);
    }
    return new Moved(missing, lacking, bringUp.reusedBytes(), packed, bringUp.conflicts());
  }

  static CacheManifest patched(Replica from, Replica to, Digest manifest) throws IOException {
    IncomingPatch patch = IncomingPatch.begin(to);
    PatchFiles outgoing = new PatchFiles(from);
    long offset = 0;
    while (true) {
      Bytes part = outgoing.read(manifest, Optional.of(to.known()), offset, 1_000);
      if (part.size() == 0) {
        return patch.apply(manifest);
      }
      patch.append(part);
      offset += part.size();
    }
  }

  static Replica at(Path directory) {
    return new Replica(directory);
  }
}
