package io.jenkins.plugins.dockerfilebuild.execution;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.BaseVersion;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.ChunkBatch;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An agent's cache directories as replicas of versions that the whole pool shares. The agent is
 * passive: the caller brings it what it lacks, from wherever that is. No call carries more than
 * about {@link #BATCH_BYTES}, so all of them fit a link of requests and answers. Thread-safe.
 *
 * <p>One use of a replica goes: {@link #open}; unless it has the newest version: {@link
 * #writePatch} until all of it is there, {@link #target}, {@link #lacking}, {@link #writeChunks},
 * {@link #apply}; then the step runs ({@link MountRequest.Cache#use}); {@link #scan}, {@link
 * #adopt}; {@link #close}. An agent that ends in the middle leaves a replica that is known to be
 * dirty: the next {@link #open} finds out what it really holds.
 *
 * <p>An {@link IOException} says that this agent cannot do what was asked, a {@link
 * io.jenkins.plugins.dockerfilebuild.cachedirectory.MalformedManifestException} that what it was
 * sent is forged or broken; it has changed nothing then.
 */
public interface CacheReplicas extends CacheSource {

  /**
   * What one call carries at most, uncompressed, apart from framing. On its way between two JVMs a
   * batch is copied some eight times: larger ones fill a heap of 256 MB faster than they are used
   * up, and the collector took a third of the time.
   */
  int BATCH_BYTES = 1 << 20;

  /** The versions that this agent holds, or at least the most of while steps change them. */
  List<HeldVersion> inventory();

  /**
   * A version that lies here.
   *
   * @param publishedMillis since the epoch
   */
  record HeldVersion(
      CacheKey key, long number, Digest manifest, long files, long bytes, long publishedMillis) {}

  /**
   * Takes a directory of the key for a step, waiting for other processes of this machine that use
   * it. Nothing is made yet. The same key may be opened several times as {@code sharing} allows.
   *
   * @param discard whether what the step writes is thrown away, as for a change that nobody trusts
   * @throws java.io.InterruptedIOException interrupted while waiting
   */
  Use open(CacheKey key, CacheSharing sharing, boolean discard) throws IOException;

  /**
   * A directory in use.
   *
   * @param handle names it in later calls, on this agent, until it is closed
   * @param held the version that the directory has, empty if it has none or is dirty
   * @param manifest what the directory is known to hold; empty if there is none
   * @param alone whether it can be brought up; else others use it now and it stays as it is
   * @param waitMillis waited for other processes
   */
  record Use(
      String handle,
      Optional<HeldVersion> held,
      Optional<Digest> manifest,
      boolean alone,
      long waitMillis) {}

  /** Receives a part of what {@link #readPatch} of another agent answered, in order. */
  void writePatch(String use, Bytes part) throws IOException;

  /**
   * Reads the patch as a whole and finds out what the directory lacks.
   *
   * @param manifest that the patch must make
   * @param kept of the directory's own
   */
  Target target(String use, Digest manifest, Kept kept) throws IOException;

  /**
   * What it takes to bring a directory up.
   *
   * @param manifest that it will have then: the one asked for, or the merged one
   * @param lackingChunks that must come, {@code lackingBytes} of them
   * @param reusedChunks that are to be written but are here already, {@code reusedBytes} of them
   * @param conflicts paths that both sides changed
   */
  record Target(
      Digest manifest,
      long files,
      long bytes,
      int lackingChunks,
      long lackingBytes,
      int reusedChunks,
      long reusedBytes,
      int conflicts) {}

  /** Those chunks of a range of what {@link #target} found lacking that have not come yet. */
  List<Chunk> lacking(String use, Range range) throws IOException;

  /** A part of a file by its digest. */
  record Chunk(Digest digest, int length) {}

  /**
   * Positions among the chunks that a directory lacks, which stay the same until it is brought up.
   *
   * @param to after the last; at most {@link ChunkBatch#MAX_CHUNKS} after {@code from}
   */
  record Range(int from, int to) {

    public Range {
      if (from < 0 || to < from || to - from > ChunkBatch.MAX_CHUNKS) {
        throw new IllegalArgumentException("no range of chunks: " + from + " to " + to);
      }
    }

    public int count() {
      return to - from;
    }
  }

  /** These chunks in batches of {@link #BATCH_BYTES}, in their order. */
  static List<List<Digest>> batches(List<Chunk> chunks) {
    List<List<Digest>> batches = new ArrayList<>();
    long room = 0;
    for (Chunk chunk : chunks) {
      if (batches.isEmpty() || chunk.length() > room) {
        batches.add(new ArrayList<>());
        room = BATCH_BYTES;
      }
      batches.get(batches.size() - 1).add(chunk.digest());
      room -= chunk.length();
    }
    return batches;
  }

  /**
   * Receives a batch, each chunk verified; other chunks than those that are lacking are refused.
   *
   * @return how many chunks came
   */
  int writeChunks(String use, Bytes batch) throws IOException;

  /**
   * Takes what is lacking of a range straight from another agent of the pool, batch by batch, as
   * {@link #readChunks} there and {@link #writeChunks} here would move it, but not through the
   * caller, who need not even know which chunks these are.
   *
   * @return what came until the other agent gave no more; empty where there is no way to it. What
   *     did not come the caller may carry
   */
  default Optional<Fetched> fetchChunks(String use, Elsewhere from, Range range)
      throws IOException {
    return Optional.empty();
  }

  /**
   * A version of a directory on another agent.
   *
   * @param agent its name in the pool
   */
  record Elsewhere(String agent, CacheKey key, Digest manifest) {}

  /** How many chunks came, and the bytes that travelled for them. */
  record Fetched(int chunks, long bytes) {}

  /**
   * Makes the directory what {@link #target} said, touching only what differs. Files whose chunks
   * did not come are left out; a merge with what the directory has changed ({@code Kept.CHANGES},
   * {@code Kept.ALL}) is then not made at all.
   *
   * @param number of the version that {@code Target.manifest} is
   */
  Applied apply(String use, long number, long publishedMillis) throws IOException;

  /**
   * How a directory was brought up.
   *
   * @param complete whether it holds the version; else {@code missing} files did not come
   */
  record Applied(boolean complete, int missing) {}

  /**
   * Finds out what the step changed, reading only files that changed since the last scan.
   *
   * @return empty if there is nothing to be found out: others on this agent use the directory too,
   *     and who leaves last sees to it; or what the step wrote was thrown away, and nobody else has
   *     changed the directory; or the step is still in it
   */
  Optional<Scan> scan(String use) throws IOException;

  /**
   * What a scan found.
   *
   * @param base the version that the directory came from
   * @param changed whether it differs from that version
   * @param leftOut devices, pipes and sockets, which stay on this agent
   * @param bytesRead of files
   */
  record Scan(
      BaseVersion base,
      boolean changed,
      Digest manifest,
      long files,
      long bytes,
      int leftOut,
      long bytesRead) {}

  /** Notes that what was scanned or merged last has been published as this version. */
  void adopt(String use, long number, long publishedMillis) throws IOException;

  /**
   * Reads all files of the key's directories again. What is not as it should be is not handed to a
   * step any more: the next use brings it up anew.
   *
   * @throws java.io.InterruptedIOException interrupted meanwhile
   */
  Verification verify(CacheKey key) throws IOException;

  /**
   * What was found.
   *
   * @param busy directories that steps use, which were left alone
   */
  record Verification(int sound, int damaged, int busy) {}

  /**
   * Lets a directory go; others get it when the step has ended that may still be in it. A handle
   * that is not open is ignored.
   */
  void close(String use) throws IOException;
}
