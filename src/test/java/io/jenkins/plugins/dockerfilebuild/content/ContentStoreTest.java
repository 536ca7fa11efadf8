package io.jenkins.plugins.dockerfilebuild.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentStoreTest {

  private static final Digest ONE = Digest.of("one");
  private static final Digest TWO = Digest.of("two");

  @TempDir Path temporary;
  private ContentStore store;

  @BeforeEach
  void openStore() throws IOException {
    store = ContentStore.open(temporary.resolve("store"));
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(temporary)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void whatIsStoredIsThereInAnotherInstance() throws IOException {
    store.store(ONE, stream("one"));
    store.store(TWO, "two".getBytes(UTF_8));

    ContentStore other = ContentStore.open(temporary.resolve("store"));

    assertThat(other.contains(ONE)).isTrue();
    assertThat(other.open(ONE)).hasContent("one");
    assertThat(other.read(TWO)).isEqualTo("two".getBytes(UTF_8));
    assertThat(other.missing(List.of(TWO, Digest.of("x"), ONE, Digest.of("x"))))
        .containsExactly(Digest.of("x"));
    assertThat(other.usage()).isEqualTo(new ContentStore.Usage(2, 6));
  }

  @Test
  void bytesOfAnotherDigestAreRefusedAndLeaveNothing() throws IOException {
    assertThatThrownBy(() -> store.store(ONE, stream("forged")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(ONE.toString());
    assertThatThrownBy(() -> store.store(ONE, "forged".getBytes(UTF_8)))
        .isInstanceOf(IOException.class);

    assertThat(store.contains(ONE)).isFalse();
    assertThat(files()).isEmpty();
  }

  @Test
  void aLargeBlobIsVerifiedToo() throws IOException {
    String large = "0123456789abcdef".repeat(200_000);

    store.store(Digest.of(large), stream(large));
    assertThatThrownBy(() -> store.store(ONE, stream(large))).isInstanceOf(IOException.class);

    assertThat(store.read(Digest.of(large))).hasSize(3_200_000);
    assertThat(files()).hasSize(1);
  }

  @Test
  void aStreamThatBreaksLeavesNothing() throws IOException {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            return read();
          }
        };

    assertThatThrownBy(() -> store.store(ONE, broken)).hasMessage("connection reset");
    assertThat(files()).isEmpty();
  }

  @Test
  void aMissingBlobIsToldAsSuch() {
    assertThatThrownBy(() -> store.open(ONE))
        .isInstanceOfSatisfying(
            ContentMissingException.class, e -> assertThat(e.digest()).isEqualTo(ONE));
  }

  @Test
  void aBrokenBlobIsMissingWhenItIsRead() throws IOException {
    store.store(ONE, stream("one"));
    Files.writeString(store.file(ONE), "o");

    assertThatThrownBy(() -> store.read(ONE)).isInstanceOf(ContentMissingException.class);
    assertThat(store.contains(ONE)).isFalse();
  }

  @Test
  void onlyTheOwnerMayEnterTheStore() throws IOException {
    assertThat(SampleFiles.mode(temporary.resolve("store"))).isEqualTo(0700);
  }

  @Test
  void pruningRemovesTheOldestUntilLittleEnoughIsLeft() throws Exception {
    store.store(ONE, stream("one"));
    while (FileStamp.of(Files.createTempFile(temporary, "", "")).changedNanos()
        == FileStamp.of(store.file(ONE)).changedNanos()) {
      Thread.onSpinWait();
    }
    store.store(TWO, stream("two"));

    assertThat(store.prune(0, Duration.ofHours(1))).isEqualTo(new ContentStore.Usage(0, 0));
    assertThat(store.prune(5, Duration.ZERO)).isEqualTo(new ContentStore.Usage(1, 3));
    assertThat(store.missing(List.of(ONE, TWO))).containsExactly(ONE);
    assertThat(store.prune(0, Duration.ZERO)).isEqualTo(new ContentStore.Usage(1, 3));
  }

  @Test
  void aTreeGoesBeforeItsFiles() throws Exception {
    store.store(ONE, stream("one"));
    Tree tree =
        Tree.of(List.of(TreeEntry.directory("", 0755), TreeEntry.file("file", 0644, 3, ONE)));
    store.store(tree.digest(), tree.encoded());
    store.store(TWO, stream("two"));
    long all = store.usage().bytes();

    store.prune(all - 1, Duration.ZERO);
    assertThat(store.missing(List.of(tree.digest(), ONE, TWO))).containsExactly(tree.digest());
  }

  @Test
  void aTreeThatIsUsedKeepsItsFiles() throws IOException {
    store.store(ONE, stream("one"));
    Tree tree =
        Tree.of(List.of(TreeEntry.directory("", 0755), TreeEntry.file("file", 0644, 3, ONE)));
    long before = System.currentTimeMillis();
    while (System.currentTimeMillis() < before + 20) {
      Thread.onSpinWait();
    }
    store.store(tree.digest(), tree.encoded());
    long limit = FileStamp.of(store.file(tree.digest())).changedNanos() - 1;

    var all = List.of(blob(ONE), blob(tree.digest()));
    assertThat(new StoreSweep(store, all).run(0, limit).blobs()).isZero();
    assertThat(new StoreSweep(store, all).run(0, limit + 1).blobs()).isEqualTo(2);
  }

  private StoreSweep.Blob blob(Digest digest) throws IOException {
    Path file = store.file(digest);
    return new StoreSweep.Blob(file, digest, FileStamp.of(file));
  }

  @Test
  void whatWasAskedForIsUsed() throws IOException {
    store.store(ONE, stream("one"));
    var before = FileStamp.of(store.file(ONE));

    assertThat(store.missing(List.of(ONE))).isEmpty();
    assertThat(FileStamp.of(store.file(ONE))).as("used a moment ago").isEqualTo(before);
    assertThat(store.prune(0, Duration.ofHours(1)).blobs()).isZero();
  }

  @Test
  void pruningSweepsWhatDeadProcessesLeftHalfReceived() throws IOException {
    Path old = SampleFiles.write(temporary, "store/blobs/ab/.old.tmp", "x");
    SampleFiles.setModified(old, 1);
    Path young = SampleFiles.write(temporary, "store/blobs/ab/.young.tmp", "x");

    store.prune(Long.MAX_VALUE, Duration.ZERO);

    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void aFailedWriteLeavesTheOldFile() throws IOException {
    Path target = temporary.resolve("sub/file");
    AtomicFiles.write(target, "old".getBytes(UTF_8));

    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    target,
                    out -> {
                      out.write(1);
                      throw new IOException("no space left");
                    }))
        .hasMessage("no space left");

    assertThat(files()).containsExactly(target);
    assertThat(target).hasContent("old");
  }

  @Test
  void storingABlobAgainDoesNotReadIt() throws IOException {
    store.store(ONE, stream("one"));
    InputStream unread = stream("one");

    store.store(ONE, unread);

    assertThat(unread.available()).isEqualTo(3);
  }
}
