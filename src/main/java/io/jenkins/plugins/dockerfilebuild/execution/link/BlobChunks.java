package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.content.BlobSource;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Many blobs as one stream, whose sizes nobody needs to know before: chunks of a digest (32 bytes),
 * a length (4 bytes, big-endian) and so many bytes. A chunk of {@link #FULL} bytes is followed by
 * the next of the same blob, a shorter one is the blob's last. Small blobs are stored in groups.
 */
final class BlobChunks {

  /** Bytes of a chunk that is not the last of its blob. */
  static final int FULL = 1 << 20;

  private final DataInputStream in;
  private final AgentServices agent;

  /** Small blobs that are not stored yet, and their size together. */
  private final Map<Digest, Bytes> group = new LinkedHashMap<>();

  private long groupBytes;

  private BlobChunks(InputStream in, AgentServices agent) {
    this.in = new DataInputStream(in);
    this.agent = agent;
  }

  /** The stream of some blobs; opens them one after another as it is read. */
  static InputStream of(Collection<Digest> blobs, BlobSource source) {
    return new Writer(blobs.iterator(), source);
  }

  /** Stores all blobs of a stream. */
  static void store(InputStream in, AgentServices agent) throws IOException {
    BlobChunks chunks = new BlobChunks(in, agent);
    byte[] digest = new byte[Digest.LENGTH];
    int count = chunks.in.readNBytes(digest, 0, Digest.LENGTH);
    while (count == Digest.LENGTH) {
      chunks.blob(Digest.from(digest));
      count = chunks.in.readNBytes(digest, 0, Digest.LENGTH);
    }
    if (count > 0) {
      throw new IOException("the stream of blobs breaks off");
    }
    chunks.storeGroup();
  }

  private void blob(Digest digest) throws IOException {
    byte[] first = chunk();
    if (first.length < FULL) {
      group.put(digest, Bytes.of(first));
      groupBytes += first.length;
      if (groupBytes >= LinkLimits.BATCH_BYTES) {
        storeGroup();
      }
    } else {
      Reader rest = new Reader(digest);
      InputStream all = new SequenceInputStream(new ByteArrayInputStream(first), rest);
      agent.storeBlobs(Set.of(digest), blob -> all);
      // An agent that has the blob does not read it.
      rest.skipRest();
    }
  }

  private void storeGroup() throws IOException {
    if (!group.isEmpty()) {
      Map<Digest, Bytes> blobs = Map.copyOf(group);
      agent.storeBlobs(blobs.keySet(), digest -> blobs.get(digest).openStream());
      group.clear();
      groupBytes = 0;
    }
  }

  private byte[] chunk() throws IOException {
    int length = in.readInt();
    if (length < 0 || length > FULL) {
      throw new IOException("a chunk of " + length + " bytes");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("the stream of blobs breaks off");
    }
    return bytes;
  }

  /** The chunks of one blob after the first. */
  private final class Reader extends InputStream {

    private final Digest blob;
    private ByteArrayInputStream current = new ByteArrayInputStream(new byte[0]);
    private boolean last;

    Reader(Digest blob) {
      this.blob = blob;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      while (current.available() == 0 && !last) {
        next();
      }
      return current.read(target, offset, length);
    }

    private void next() throws IOException {
      if (!Digest.from(in.readNBytes(Digest.LENGTH)).equals(blob)) {
        throw new IOException("a blob is not sent to its end");
      }
      byte[] bytes = chunk();
      last = bytes.length < FULL;
      current = new ByteArrayInputStream(bytes);
    }

    void skipRest() throws IOException {
      while (!last) {
        next();
      }
    }
  }

  /** The chunks of some blobs. Used by one thread. */
  private static final class Writer extends InputStream {

    private final Iterator<Digest> blobs;
    private final BlobSource source;
    private byte[] digest = new byte[0];
    private InputStream open = InputStream.nullInputStream();

    /** Whether the blob that is open has more chunks. */
    private boolean more;

    private InputStream current = InputStream.nullInputStream();

    Writer(Iterator<Digest> blobs, BlobSource source) {
      this.blobs = blobs;
      this.source = source;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = current.read(target, offset, length);
      while (count < 0 && (more || blobs.hasNext())) {
        current = next();
        count = current.read(target, offset, length);
      }
      return count;
    }

    private InputStream next() throws IOException {
      if (!more) {
        Digest next = blobs.next();
        digest = next.toBytes();
        open = source.open(next);
      }
      byte[] bytes = open.readNBytes(FULL);
      more = bytes.length == FULL;
      if (!more) {
        open.close();
      }
      byte[] header =
          ByteBuffer.allocate(Digest.LENGTH + 4).put(digest).putInt(bytes.length).array();
      return new SequenceInputStream(
          new ByteArrayInputStream(header), new ByteArrayInputStream(bytes));
    }

    @Override
    public void close() throws IOException {
      open.close();
    }
  }
}
