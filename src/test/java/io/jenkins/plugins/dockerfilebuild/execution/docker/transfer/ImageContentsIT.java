package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.attributes;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.FileNames;
import io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException;
import io.jenkins.plugins.dockerfilebuild.execution.docker.SourceImage;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageContentsIT {

  private static final String NO_TEXT = FileNames.text(new byte[] {'/', 'd', '/', (byte) 0xe9});
  private static final String OTHER_THAN_NO_TEXT =
      FileNames.text(new byte[] {'/', 'd', '/', (byte) 0xea});

  @TempDir private Path state;
  private final TestEngine testEngine = TestEngine.first();
  private final AtomicInteger opened = new AtomicInteger();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private ImageContents contents;

  @BeforeEach
  void open() {
    contents = contents();
  }

  @Test
  void equalContentHasEqualDigestsWhereverAndWheneverItWasMade() throws IOException {
    Instant other = Instant.parse("2001-01-01T00:00:00Z");
    assertThat(
            digest(
                tar -> text(tar, "/d/f", new FileAttributes(0644, 1, 2, other, Map.of()), "same")))
        .isEqualTo(digest(tar -> text(tar, "/d/f", attributes(0644, 1, 2), "same")));
  }

  @Test
  void bytesModeOwnerNameAndTypeCount() throws IOException {
    assertThat(
            List.of(
                digest(tar -> text(tar, "/d/f", attributes(0644, 1, 2), "same")),
                digest(tar -> text(tar, "/d/f", attributes(0644, 1, 2), "other")),
                digest(tar -> text(tar, "/d/f", attributes(0600, 1, 2), "same")),
                digest(tar -> text(tar, "/d/f", attributes(0644, 3, 2), "same")),
                digest(tar -> text(tar, "/d/g", attributes(0644, 1, 2), "same")),
                digest(tar -> text(tar, NO_TEXT, attributes(0644, 1, 2), "same")),
                digest(tar -> text(tar, OTHER_THAN_NO_TEXT, attributes(0644, 1, 2), "same")),
                digest(
                    tar ->
                        text(
                            tar,
                            "/d/f",
                            new FileAttributes(
                                0644,
                                1,
                                2,
                                TransferFixture.NOW,
                                Map.of(
                                    "security.capability",
                                    Bytes.of(
                                        new byte[] {
                                          1, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
                                        }))),
                            "same")),
                digest(tar -> tar.symbolicLink("/d/f", attributes(0777, 1, 2), "same"))))
        .doesNotHaveDuplicates();
  }

  @Test
  void aHardLinkCountsAsItsFile() throws IOException {
    assertThat(
            digest(
                tar -> {
                  text(tar, "/d/f", attributes(0644, 1, 2), "same");
                  tar.hardLink("/d/g", attributes(0644, 1, 2), "/d/f");
                }))
        .isEqualTo(
            digest(
                tar -> {
                  text(tar, "/d/f", attributes(0644, 1, 2), "same");
                  text(tar, "/d/g", attributes(0644, 1, 2), "same");
                }));
  }

  @Test
  void theWholeImageCountsWithoutWhatTheEngineAdds() throws IOException {
    try (SourceImage image =
        SourceImage.of(testEngine, tar -> text(tar, "/f", attributes(0644, 0, 0), "x"))) {
      try (ImageContents.Lease lease = contents.directory(image.id(), "/")) {
        assertThat(lease.path()).isDirectoryContaining("glob:**/f");
        try (var files = Files.list(lease.path())) {
          assertThat(files).hasSize(1);
        }
      }
    }
  }

  @Test
  void aDirectoryInWhichTheEngineAddsFilesIsReadWithoutThem() throws IOException {
    try (SourceImage image =
            SourceImage.of(testEngine, tar -> text(tar, "/etc/mine", attributes(0644, 0, 0), "x"));
        ImageContents.Lease lease = contents.directory(image.id(), "/etc");
        var files = Files.list(lease.path())) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("mine");
    }
  }

  @Test
  void whatWasFoundOutIsRememberedAcrossInstances() throws IOException {
    try (SourceImage image = SourceImage.of(testEngine, SourceImage::stage)) {
      Digest digest = contents.digestOf(image.id(), List.of("/s/q*"), List.of());
      contents.directory(image.id(), "/s").close();
      int before = opened.get();

      ImageContents other = contents();
      assertThat(other.digestOf(image.id(), List.of("/s/q*"), List.of())).isEqualTo(digest);
      other.directory(image.id(), "/s").close();
      assertThat(opened).hasValue(before);
      assertThat(other.digestOf(image.id(), List.of("/s/q*"), List.of("two"))).isNotEqualTo(digest);
    }
  }

  @Test
  void aNameThatIsNoTextKeepsItsBytes() throws IOException {
    try (SourceImage image =
            SourceImage.of(testEngine, tar -> text(tar, NO_TEXT, attributes(0644, 0, 0), "x"));
        ImageContents.Lease lease = contents.directory(image.id(), "/d")) {
      assertThat(FileNames.resolve(lease.path(), NO_TEXT.substring(3))).hasContent("x");
    }
  }

  @Test
  void aMissingPathIsNamed() {
    assertThatThrownBy(
            () -> contents.digestOf(testEngine.busybox(), List.of("/no/such"), List.of()))
        .isInstanceOf(SourceNotFoundException.class)
        .hasMessageContaining("/no/such");
    assertThatThrownBy(() -> contents.directory(testEngine.busybox(), "/no/such"))
        .isInstanceOf(SourceNotFoundException.class);
  }

  @Test
  void aDirectoryKeepsOwnersModesTimesAndLinks() throws IOException {
    try (SourceImage image = SourceImage.of(testEngine, SourceImage::stage);
        ImageContents.Lease lease = contents.directory(image.id(), "/s")) {
      Path one = lease.path().resolve("q/one");
      Map<String, Object> attributes = Files.readAttributes(one, "unix:mode,uid,gid,nlink,ino");
      assertThat(attributes)
          .containsEntry("mode", 0100000 | 04711)
          .containsEntry("uid", 1000)
          .containsEntry("gid", 1001)
          .containsEntry("nlink", 2)
          .containsEntry("ino", Files.getAttribute(lease.path().resolve("q/two"), "unix:ino"));
      assertThat(one).hasContent("1");
      assertThat(Files.getLastModifiedTime(one).toInstant()).isEqualTo(TransferFixture.NOW);
      assertThat(Files.readSymbolicLink(lease.path().resolve("link"))).hasToString("q/one");
      assertThat(
              Files.getAttribute(
                  lease.path().resolve("link"), "unix:uid", LinkOption.NOFOLLOW_LINKS))
          .isEqualTo(1000);
      assertThat(Files.getAttribute(lease.path().resolve("q"), "unix:mode"))
          .isEqualTo(040000 | 02750);
    }
  }

  @Test
  void aFileIsGivenAsAFileAndALinkIsFollowed() throws IOException {
    try (ImageContents.Lease lease = contents.directory(testEngine.busybox(), "/etc/passwd")) {
      assertThat(lease.path()).isRegularFile();
    }
    try (SourceImage image = SourceImage.of(testEngine, SourceImage::stage);
        ImageContents.Lease lease = contents.directory(image.id(), "/s/link")) {
      assertThat(lease.path()).isRegularFile().hasContent("1");
    }
  }

  @Test
  void pruningRemovesTheLongestUnusedFirstAndNothingLeased() throws IOException {
    try (SourceImage old = image("old");
        SourceImage young = image("young");
        SourceImage leased = image("leased");
        ImageContents.Lease lease = contents.directory(leased.id(), "/f")) {
      now = now.plusSeconds(60);
      Path oldPath = path(old);
      now = now.plusSeconds(60);
      Path youngPath = path(young);

      contents.prune(1500, Duration.ZERO);

      assertThat(oldPath).doesNotExist();
      assertThat(youngPath).exists();
      assertThat(lease.path()).exists();
      assertThat(path(old)).exists();
    }
  }

  private SourceImage image(String name) throws IOException {
    return SourceImage.of(
        testEngine,
        tar -> text(tar, "/f", attributes(0644, 0, 0), name.repeat(800).substring(0, 700)));
  }

  private Path path(SourceImage image) throws IOException {
    try (ImageContents.Lease lease = contents.directory(image.id(), "/f")) {
      return lease.path();
    }
  }

  private Digest digest(TransferFixture.TarContent content) throws IOException {
    try (SourceImage image = SourceImage.of(testEngine, content)) {
      return contents.digestOf(image.id(), List.of("/d"), List.of());
    }
  }

  private ImageContents contents() {
    InstantSource clock = () -> now;
    return new ImageContents(
        state,
        imageId -> {
          opened.incrementAndGet();
          return SourceImage.reading(testEngine, imageId);
        },
        clock);
  }
}
