package io.jenkins.plugins.dockerfilebuild.execution.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.BlobSource;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bytes across a link, in both directions: whole, in order, in bounded memory. */
@Timeout(120)
final class RemoteTransferTest extends LinkFixture {

  /** Tells how reading an archive ended. */
  record Importing(CompletableFuture<Throwable> end) {

    public String importImage(InputStream archive) {
      try {
        archive.transferTo(OutputStream.nullOutputStream());
        end.complete(new AssertionError("it looked whole"));
      } catch (IOException e) {
        end.complete(e);
      }
      return IMAGE;
    }
  }

  /** Takes and gives bytes. */
  static final class Carrying {

    final AtomicLong taken = new AtomicLong();
    final AtomicLong given = new AtomicLong();
    final Set<Digest> known = ConcurrentHashMap.newKeySet();

    public void storeBlobs(Collection<Digest> blobs, BlobSource source) throws IOException {
      for (Digest digest : blobs) {
        if (known.contains(digest)) {
          continue;
        }
        try (InputStream bytes = source.open(digest)) {
          var counted = new DigestInputStream(bytes, Digest.sha256());
          taken.addAndGet(counted.transferTo(OutputStream.nullOutputStream()));
          if (!Digest.from(counted.getMessageDigest()).equals(digest)) {
            throw new IOException("other bytes");
          }
        }
      }
    }

    public String importImage(InputStream archive) throws IOException {
      archive.skipNBytes(10_000_000);
      throw new IOException("no room for the image");
    }

    public void exportImage(String image, Set<Digest> known, OutputStream out) throws IOException {
      byte[] part = new byte[1 << 20];
      for (int i = 0; i < 400; i++) {
        new Random(i).nextBytes(part);
        out.write(part);
        given.addAndGet(part.length);
      }
    }
  }

  @Test
  void blobsOfAnySizeArriveWhole() throws Exception {
    Carrying agent = new Carrying();
    AgentServices remote = jumbled(agent, 2);
    int full = BlobChunks.FULL;
    Map<Digest, byte[]> blobs = new LinkedHashMap<>();
    long sum = 0;
    for (int size : new int[] {0, 1, 99, full - 1, full, full + 1, 2 * full, 17 * full + 5, 7}) {
      byte[] bytes = new byte[size];
      new Random(size).nextBytes(bytes);
      blobs.put(Digest.of(bytes), bytes);
      sum += size;
    }
    // One that is sent, small or large, although the agent has it by now.
    agent.known.add(Digest.of(blobs.values().stream().skip(6).findFirst().orElseThrow()));

    remote.storeBlobs(blobs.keySet(), digest -> new ByteArrayInputStream(blobs.get(digest)));

    assertThat(agent.taken).hasValue(sum - 2L * full);
  }

  @Test
  void aSourceThatFailsIsToldAsWhatItIs() {
    AgentServices remote = remote(new Carrying());

    assertThatThrownBy(
            () ->
                remote.storeBlobs(
                    Set.of(Digest.of("gone")),
                    digest -> {
                      throw new IOException("the file is gone");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("the file is gone");
  }

  @Test
  void aBlobThatIsRefusedIsToldAsWhatItIs() {
    AgentServices remote = remote(new Carrying());
    Digest other = Digest.of("other");

    for (int size : new int[] {10, 3 * LinkLimits.BATCH_BYTES}) {
      assertThatThrownBy(
              () ->
                  remote.storeBlobs(
                      Set.of(other), digest -> new ByteArrayInputStream(new byte[size])))
          .isInstanceOf(IOException.class)
          .hasMessage("other bytes");
    }
  }

  @Test
  void imagesArriveInOrderAndInBoundedMemory() throws Exception {
    Carrying agent = new Carrying();
    var received = Digest.sha256();
    AtomicLong count = new AtomicLong();
    List<Long> ahead = new ArrayList<>();

    jumbled(agent, 3)
        .exportImage(
            IMAGE,
            Set.of(),
            new OutputStream() {
              @Override
              public void write(int b) {
                throw new AssertionError("one by one");
              }

              @Override
              public void write(byte[] bytes, int offset, int length) {
                received.update(bytes, offset, length);
                ahead.add(agent.given.get() - count.addAndGet(length));
              }
            });

    var sent = Digest.sha256();
    agent.exportImage(
        IMAGE,
        Set.of(),
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new AssertionError("one by one");
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            sent.update(bytes, offset, length);
          }
        });
    assertThat(Digest.from(received)).isEqualTo(Digest.from(sent));
    // What waits at the agent, what is under way, and what waits here.
    assertThat(ahead).allMatch(bytes -> bytes <= 3L * (LinkLimits.WINDOW + 1) * (4 << 20));
  }

  @Test
  void aReceiverThatFailsStopsTheSender() throws Exception {
    Carrying agent = new Carrying();
    AgentServices remote = remote(agent);

    assertThatThrownBy(
            () ->
                remote.exportImage(
                    IMAGE,
                    Set.of(),
                    new OutputStream() {
                      @Override
                      public void write(int b) throws IOException {
                        throw new IOException("disk full");
                      }
                    }))
        .hasMessage("disk full");

    assertThat(agent.given.get()).isLessThan(100L << 20);
  }

  @Test
  void anImageThatIsNotTakenIsNotSentToItsEnd() {
    AtomicLong read = new AtomicLong();
    InputStream endless =
        new FilterInputStream(InputStream.nullInputStream()) {
          @Override
          public int read(byte[] target, int offset, int length) {
            read.addAndGet(length);
            return length;
          }
        };

    assertThatThrownBy(() -> remote(new Carrying()).importImage(endless))
        .isInstanceOf(IOException.class)
        .hasMessage("no room for the image");
    assertThat(read.get()).isLessThan(200L << 20);
  }

  @Test
  void anArchiveWhoseFirstByteTakesLongerThanTheLeaseArrives() throws Exception {
    CountDownLatch pollsOfALease = new CountDownLatch(500);
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    AgentServices remote = polling(new Importing(end), pollsOfALease);
    InputStream slow =
        new FilterInputStream(new ByteArrayInputStream(new byte[5 << 20])) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            try {
              while (!end.isDone() && !pollsOfALease.await(10, TimeUnit.MILLISECONDS)) {}
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return super.read(target, offset, length);
          }
        };

    assertThat(remote.importImage(slow)).isEqualTo(IMAGE);
  }

  /** Gives a hundred megabytes, and tells when it is at their end, or is stopped. */
  record Exporting(CompletableFuture<String> ended) {

    public void exportImage(String image, Set<Digest> known, OutputStream out) throws IOException {
      try {
        for (int i = 0; i < 100; i++) {
          out.write(new byte[1 << 20]);
        }
      } finally {
        ended.complete(image);
      }
    }
  }

  @Test
  void aReceiverThatTakesNothingForLongerThanTheLeaseGetsTheRest() throws Exception {
    CompletableFuture<String> ended = new CompletableFuture<>();
    CountDownLatch heardOfALease = new CountDownLatch(20);
    AgentServices remote = hearing(new Exporting(ended), heardOfALease);
    AtomicLong came = new AtomicLong();
    OutputStream slow =
        new FilterOutputStream(OutputStream.nullOutputStream()) {
          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
              while (!ended.isDone() && !heardOfALease.await(10, TimeUnit.MILLISECONDS)) {}
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            came.addAndGet(length);
          }
        };

    remote.exportImage(IMAGE, Set.of(), slow);

    assertThat(came).hasValue(100L << 20);
  }

  @Test
  void anArchiveThatBreaksOffIsNoArchive() {
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Object script = new Importing(end);
    AtomicLong read = new AtomicLong();
    InputStream breaking =
        new FilterInputStream(InputStream.nullInputStream()) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            if (read.addAndGet(length) > 20 << 20) {
              throw new IOException("broke off");
            }
            return length;
          }
        };

    assertThatThrownBy(() -> remote(script).importImage(breaking)).hasMessage("broke off");

    assertThat(end.join()).isInstanceOf(IOException.class);
  }
}
