package io.jenkins.plugins.dockerfilebuild.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was read shows by reading the cache back: a digest that is known was not taken again. */
class StatCacheTest {

  private static final Duration LATER = Duration.ofMinutes(1);

  @TempDir Path temporary;
  private Path root;
  private Path cacheFile;

  @BeforeEach
  void makeContext() throws IOException {
    root = Files.createDirectory(temporary.resolve("context"));
    cacheFile = temporary.resolve("state/stat-cache");
    SampleFiles.write(root, "a", "one");
  }

  private Digest digestOfA(Duration later) {
    try (DirectoryContext context =
        SampleFiles.context(root, ContextFilter.EVERYTHING, cacheFile, later)) {
      return context.tree("a").entries().get(0).content();
    }
  }

  private boolean isKnown(String path) throws IOException {
    return StatCache.load(cacheFile)
        .lookup(path, FileStamp.of(FileNames.resolve(root, path)))
        .isPresent();
  }

  /** Plants a digest that no file has, for the file as it looks now. */
  private Digest plantForA() throws IOException {
    Digest planted = Digest.of("planted");
    StatCache cache = StatCache.load(cacheFile);
    cache.record("a", FileStamp.of(root.resolve("a")), planted, Long.MAX_VALUE);
    cache.save();
    return planted;
  }

  @Test
  void anUnchangedFileIsNotReadAgain() throws IOException {
    Digest planted = plantForA();

    assertThat(digestOfA(LATER)).isEqualTo(planted);
  }

  @Test
  void anEditThatKeepsSizeAndModificationTimeIsNoticed() throws IOException {
    Path file = root.resolve("a");
    plantForA();
    FileTime modified = Files.getLastModifiedTime(file);
    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, modified);

    assertThat(digestOfA(LATER)).isEqualTo(Digest.of("two"));
  }

  @Test
  void aFileThatTookThePlaceOfAnotherIsNoticed() throws IOException {
    Path file = root.resolve("a");
    plantForA();
    Path other = SampleFiles.write(temporary, "other", "two");
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    AtomicFiles.commit(other, file);

    assertThat(digestOfA(LATER)).isEqualTo(Digest.of("two"));
  }

  @Test
  void aFileThatWasWrittenJustBeforeItWasReadIsReadAgainNextTime() throws IOException {
    assertThat(digestOfA(Duration.ZERO)).isEqualTo(Digest.of("one"));
    assertThat(isKnown("a")).isFalse();

    assertThat(digestOfA(LATER)).isEqualTo(Digest.of("one"));
    assertThat(isKnown("a")).isTrue();
  }

  @Test
  void aBrokenFileIsAsIfItWereNotThere() throws IOException {
    plantForA();
    try (RandomAccessFile file = new RandomAccessFile(cacheFile.toFile(), "rw")) {
      file.seek(file.length() / 2);
      int old = file.read();
      file.seek(file.length() / 2);
      file.write(old ^ 1);
    }

    assertThat(isKnown("a")).isFalse();
    assertThat(digestOfA(LATER)).isEqualTo(Digest.of("one"));
    assertThat(isKnown("a")).isTrue();
  }

  @Test
  void aFileThatWasCutShortIsAsIfItWereNotThere() throws IOException {
    plantForA();
    byte[] whole = Files.readAllBytes(cacheFile);
    for (int length = 0; length < whole.length; length++) {
      Files.write(cacheFile, java.util.Arrays.copyOf(whole, length));

      assertThat(isKnown("a")).isFalse();
    }
  }

  @Test
  void whatAnotherBuildAskedForIsKept() throws IOException {
    SampleFiles.write(root, "b", "two");
    try (DirectoryContext first =
        SampleFiles.context(root, ContextFilter.EVERYTHING, cacheFile, LATER)) {
      first.tree("b");
    }
    digestOfA(LATER);

    assertThat(isKnown("a")).isTrue();
    assertThat(isKnown("b")).isTrue();
  }
}
