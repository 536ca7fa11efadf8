package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a malicious agent may send: all of it is refused before a file is touched. */
class HostileManifestTest {

  private static final CacheEntry ROOT = entry("", CacheEntry.Type.DIRECTORY, "");

  @TempDir private Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../x",
        "a/../../x",
        "/etc/passwd",
        "a//b",
        "a/./b",
        "a/",
        ".",
        "a\0b",
        "./a"
      })
  void namesThatClimbOrAreNoNamesAreRefused(String path) throws IOException {
    byte[] forged = encoded(ROOT, entry(path, CacheEntry.Type.FILE, ""));
    assertThatThrownBy(() -> read(forged))
        .isInstanceOf(MalformedManifestException.class)
        .hasMessageContaining("not a path inside a cache directory");
  }

  @Test
  void namesThatAreTooLongAreRefused() throws IOException {
    byte[] forged = encoded(ROOT, entry("n".repeat(256), CacheEntry.Type.FILE, ""));
    assertThatThrownBy(() -> read(forged)).isInstanceOf(MalformedManifestException.class);
  }

  @Test
  void childrenOfLinksAndFilesAreRefused() {
    CacheEntry link = entry("a", CacheEntry.Type.SYMLINK, "/etc");
    CacheEntry file = entry("a", CacheEntry.Type.FILE, "");
    CacheEntry child = entry("a/passwd", CacheEntry.Type.FILE, "");
    assertThatThrownBy(() -> read(encoded(ROOT, link, child))).hasMessageContaining("no directory");
    assertThatThrownBy(() -> read(encoded(ROOT, file, child))).hasMessageContaining("no directory");
    assertThatThrownBy(() -> read(encoded(ROOT, child))).hasMessageContaining("no directory");
  }

  @Test
  void duplicatesAndOtherOrdersAreRefused() {
    CacheEntry a = entry("a", CacheEntry.Type.FILE, "");
    CacheEntry b = entry("b", CacheEntry.Type.FILE, "");
    assertThatThrownBy(() -> read(encoded(ROOT, a, a))).hasMessageContaining("order");
    assertThatThrownBy(() -> read(encoded(ROOT, b, a))).hasMessageContaining("order");
    assertThatThrownBy(() -> read(encoded(a))).hasMessageContaining("come first");
    assertThatThrownBy(() -> read(encoded(link("", CacheEntry.Type.SYMLINK, "/"))))
        .isInstanceOf(MalformedManifestException.class);
  }

  @Test
  void hardLinksToWhatIsNoFileBeforeThemAreRefused() {
    CacheEntry outside = link("b", CacheEntry.Type.HARD_LINK, "../../etc/shadow");
    CacheEntry absolute = link("b", CacheEntry.Type.HARD_LINK, "/etc/shadow");
    CacheEntry later = link("b", CacheEntry.Type.HARD_LINK, "c");
    CacheEntry symlink = entry("a", CacheEntry.Type.SYMLINK, "/etc/shadow");
    CacheEntry throughLink = link("b", CacheEntry.Type.HARD_LINK, "a");
    for (CacheEntry forged : List.of(outside, absolute, later)) {
      assertThatThrownBy(() -> read(encoded(ROOT, forged)))
          .isInstanceOf(MalformedManifestException.class);
    }
    assertThatThrownBy(() -> read(encoded(ROOT, symlink, throughLink)))
        .hasMessageContaining("hard link to no file");
  }

  @Test
  void devicesHaveNoKindAndUnknownKindsAreRefused() throws IOException {
    byte[] good = encoded(ROOT, entry("a", CacheEntry.Type.SYMLINK, "t"));
    int kind = new String(good, StandardCharsets.ISO_8859_1).lastIndexOf("a\u0003") + 1;
    good[kind] = 5;
    assertThatThrownBy(() -> read(good)).hasMessageContaining("unknown kind");
  }

  @Test
  void everyChangedByteIsAnErrorOrAnotherDigest() throws IOException {
    CacheManifest manifest = sample();
    byte[] good = bytes(manifest);
    for (int i = 0; i < good.length; i++) {
      byte[] forged = good.clone();
      forged[i] ^= (byte) (1 << (i % 8));
      try {
        assertThat(read(forged).digest()).isNotEqualTo(manifest.digest());
      } catch (IOException refused) {
        assertThat(refused).isInstanceOf(MalformedManifestException.class);
      }
    }
  }

  @Test
  void everyCutIsRefused() throws IOException {
    byte[] good = bytes(sample());
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(MalformedManifestException.class);
    }
    byte[] longer = Arrays.copyOf(good, good.length + 1);
    assertThatThrownBy(() -> read(longer)).hasMessageContaining("after the last entry");
  }

  @Test
  void aManifestReadsBackAsItWas() throws IOException {
    assertThat(read(bytes(sample())).entries()).isEqualTo(sample().entries());
  }

  @Test
  void aPatchMakesExactlyWhatWasAskedFor() throws IOException {
    CacheManifest from = CacheManifest.of(List.of(ROOT, entry("old", CacheEntry.Type.FILE, "")));
    CacheManifest to = sample();
    ByteArrayOutputStream patch = new ByteArrayOutputStream();
    ManifestPatch.write(from, to, patch);

    assertThat(apply(from, to.digest(), patch.toByteArray()).entries()).isEqualTo(to.entries());
    assertThatThrownBy(() -> apply(from, Digest.of("other"), patch.toByteArray()))
        .hasMessageContaining("instead of");
    assertThatThrownBy(() -> apply(sample(), to.digest(), patch.toByteArray()))
        .hasMessageContaining("another manifest");
  }

  @Test
  void aPatchThatUnpacksToTooMuchIsRefused() throws IOException {
    Replica replica = Replicas.at(temporary.resolve("0"));
    IncomingPatch patch = IncomingPatch.begin(replica);
    Bytes bomb = PatchBomb.to(sample().digest());
    assertThat(bomb.size()).isLessThan(100 << 20);
    patch.append(bomb);
    // Bytes first where the heap is large, else memory.
    assertThatThrownBy(() -> patch.apply(sample().digest()))
        .isInstanceOf(MalformedManifestException.class)
        .hasMessageMatching(".*(unpacks to more than a manifest|takes more memory).*");
    assertThat(replica.content()).doesNotExist();
  }

  @Test
  void patchesThatAreReadAtOnceShareTheMemoryForThem() throws IOException {
    List<CacheEntry> entries = new ArrayList<>(List.of(ROOT));
    for (int i = 1_000; i < 2_000; i++) {
      entries.add(entry("file" + i, CacheEntry.Type.FILE, ""));
    }
    CacheManifest manifest = CacheManifest.of(entries);
    ByteArrayOutputStream patch = new ByteArrayOutputStream();
    ManifestPatch.write(CacheManifest.EMPTY, manifest, patch);
    PatchMemory forOne = new PatchMemory(300_000);
    InputStream another =
        new InputStream() {
          @Override
          public int read() {
            assertThatThrownBy(() -> apply(manifest, patch, InputStream.nullInputStream(), forOne))
                .isInstanceOf(MalformedManifestException.class)
                .hasMessageContaining("more memory");
            return -1;
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            return read();
          }
        };

    assertThat(apply(manifest, patch, another, forOne).digest()).isEqualTo(manifest.digest());
    // All of it is there again.
    assertThat(apply(manifest, patch, InputStream.nullInputStream(), forOne).digest())
        .isEqualTo(manifest.digest());
  }

  private static CacheManifest apply(
      CacheManifest expected, ByteArrayOutputStream patch, InputStream then, PatchMemory memory)
      throws IOException {
    InputStream in = new ByteArrayInputStream(patch.toByteArray());
    return ManifestPatch.apply(
        CacheManifest.EMPTY, expected.digest(), new SequenceInputStream(in, then), memory);
  }

  @Test
  void longPathsOfFewBytesAreBoundedByWhatTheyTakeInMemory() throws IOException {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    EntryWriter writer = new EntryWriter(sent);
    String folder = ("d".repeat(255) + "/").repeat(15);
    for (int i = 0; i < 10_000; i++) {
      writer.path(folder + i);
    }
    writer.flush();
    assertThat(sent.size()).isLessThan(100_000);
    EntryReader reader =
        new EntryReader(new ByteArrayInputStream(sent.toByteArray()), new PatchMemory(8 << 20));

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 10_000; i++) {
                reader.path();
              }
            })
        .isInstanceOf(MalformedManifestException.class)
        .hasMessageContaining("more memory");
  }

  @Test
  void chunksThatAreNotTheirDigestsAreRefused() throws IOException {
    BringUp bringUp = lacking("content");
    byte[] wanted = Digest.of("content").toBytes();
    Bytes forged = batch(wanted, "CONTENT");
    assertThatThrownBy(() -> bringUp.receive(forged)).hasMessageContaining("instead of");
    assertThatThrownBy(() -> bringUp.receive(batch(Digest.of("more").toBytes(), "more")))
        .hasMessageContaining("not asked for");
    assertThat(bringUp.receive(batch(wanted, "content"))).isEqualTo(1);
  }

  @Test
  void bombsAndBrokenBatchesAreRefused() {
    byte[] huge = ByteBuffer.allocate(40).put((byte) 1).putInt(Integer.MAX_VALUE).array();
    byte[] negative = ByteBuffer.allocate(40).put((byte) 0).putInt(-1).array();
    byte[] packing = ByteBuffer.allocate(40).put((byte) 9).putInt(35).array();
    byte[] noFrame = ByteBuffer.allocate(40).put((byte) 1).putInt(35).array();
    for (byte[] forged : List.of(huge, negative, packing, noFrame, new byte[2])) {
      assertThatThrownBy(() -> ChunkBatch.receive(Bytes.of(forged), (digest, bytes) -> {}))
          .isInstanceOf(MalformedManifestException.class);
    }
    byte[] zeros = new byte[Chunker.MAX + 1];
    ChunkBatch.Builder tooLong = new ChunkBatch.Builder(0, 0);
    tooLong.add(Digest.of(zeros).toBytes(), zeros, zeros.length);
    assertThatThrownBy(() -> ChunkBatch.receive(tooLong.build(), (digest, bytes) -> {}))
        .hasMessageContaining("not possible");
  }

  @Test
  void randomBytesAreNeverTakenForAManifestOrABatch() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      assertThatThrownBy(() -> read(noise)).isInstanceOf(MalformedManifestException.class);
      if (noise.length > 5) {
        assertThatThrownBy(() -> ChunkBatch.receive(Bytes.of(noise), (digest, bytes) -> {}))
            .isInstanceOf(MalformedManifestException.class);
      }
    }
  }

  private BringUp lacking(String content) throws IOException {
    Replica replica = Replicas.at(Files.createDirectories(temporary.resolve("r")).resolve("0"));
    ChunkList chunks =
        ChunkList.of(List.of(new ChunkList.Chunk(Digest.of(content), content.length())));
    CacheEntry file =
        new CacheEntry(
            "f", CacheEntry.Type.FILE, 0644, 0, 0, 1, CacheEntry.NO_ATTRIBUTES, "", chunks);
    return BringUp.plan(replica, CacheManifest.of(List.of(ROOT, file)), Kept.NOTHING, List.of());
  }

  private static Bytes batch(byte[] digest, String content) {
    ChunkBatch.Builder batch = new ChunkBatch.Builder(0, 0);
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    batch.add(digest, bytes, bytes.length);
    return batch.build();
  }

  private static CacheManifest sample() throws IOException {
    ChunkList chunks =
        ChunkList.of(
            List.of(
                new ChunkList.Chunk(Digest.of("one"), 3),
                new ChunkList.Chunk(Digest.of("two"), Chunker.MAX)));
    return CacheManifest.of(
        List.of(
            ROOT,
            entry("dir", CacheEntry.Type.DIRECTORY, ""),
            new CacheEntry(
                "dir/file",
                CacheEntry.Type.FILE,
                0644,
                1000,
                1000,
                1_700_000_000_123_456_789L,
                new java.util.TreeMap<>(java.util.Map.of("k", "v")),
                "",
                chunks),
            link("dir/name", CacheEntry.Type.HARD_LINK, "dir/file"),
            entry("link", CacheEntry.Type.SYMLINK, "../outside")));
  }

  private static CacheEntry entry(String path, CacheEntry.Type type, String target) {
    return new CacheEntry(
        path, type, 0755, 0, 0, 5, CacheEntry.NO_ATTRIBUTES, target, ChunkList.EMPTY);
  }

  private static CacheEntry link(String path, CacheEntry.Type type, String target) {
    return new CacheEntry(
        path, type, 0, 0, 0, 0, CacheEntry.NO_ATTRIBUTES, target, ChunkList.EMPTY);
  }

  /** As an agent could write it: without the checks of a manifest. */
  private static byte[] encoded(CacheEntry... entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EntryWriter writer = new EntryWriter(out);
    writer.bytes("dfb-cache-manifest/1\n".getBytes(StandardCharsets.US_ASCII));
    writer.number(entries.length);
    for (CacheEntry entry : new ArrayList<>(Arrays.asList(entries))) {
      writer.write(entry);
    }
    writer.flush();
    return out.toByteArray();
  }

  private static byte[] bytes(CacheManifest manifest) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    manifest.writeTo(out);
    return out.toByteArray();
  }

  private static CacheManifest read(byte[] bytes) throws IOException {
    return CacheManifest.read(new ByteArrayInputStream(bytes));
  }

  private static CacheManifest apply(CacheManifest base, Digest expected, byte[] patch)
      throws IOException {
    return ManifestPatch.apply(base, expected, new ByteArrayInputStream(patch));
  }
}
