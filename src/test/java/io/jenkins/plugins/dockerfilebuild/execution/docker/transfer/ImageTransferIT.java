package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.attributes;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.tar;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.text;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.to;
import static io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.TransferFixture.withParents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.FileNames;
import io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.ImageSource;
import io.jenkins.plugins.dockerfilebuild.execution.docker.SourceImage;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * COPY --from an image on a real engine. What is expected was seen with BuildKit of Docker 20.10.24
 * on the same files.
 */
class ImageTransferIT extends TransferOnEngine {

  @Test
  void filesOfAnImageKeepOwnersModesTimesAndLinks() throws IOException {
    try (SourceImage source = SourceImage.of(testEngine, SourceImage::stage)) {
      perform(to("/copied", new ImageSource(source.id(), List.of("/s"), List.of())));

      assertThat(below("/copied"))
          .containsExactly(
              "copied d 755 0:0",
              "copied/link l 1000:1001 q/one",
              "copied/q d 2750 1000:1001",
              "copied/q/one f 4711 1000:1001 1",
              "copied/q/two h copied/q/one");
      try (ImageArchive archive = ImageArchive.open(files, "/copied/q/one")) {
        assertThat(archive.next().orElseThrow().header().getLastModifiedTime().toInstant())
            .isEqualTo(TransferFixture.NOW);
      }
    }
  }

  @Test
  void capabilitiesOfAnImagesFilesAreKeptByteForByte() throws IOException {
    // cap_setuid=ep of newuidmap(1): 0x80 is no text in any encoding that matters.
    Bytes capability =
        Bytes.of(new byte[] {1, 0, 0, 2, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    String name = "/s/" + "long/".repeat(30) + "newuidmap-\u00e9";
    FileAttributes attributes =
        new FileAttributes(
            0755, 0, 0, TransferFixture.NOW, Map.of("security.capability", capability));
    try (SourceImage source = SourceImage.of(testEngine, tar -> text(tar, name, attributes, "x"))) {
      perform(to("/copied", new ImageSource(source.id(), List.of(name), List.of())));

      try (ImageArchive archive = ImageArchive.open(files, "/copied")) {
        assertThat(archive.next().orElseThrow().attributes().xattrs())
            .containsExactly(Map.entry("security.capability", capability));
      }
      assertThat(below("/copied")).containsExactly("copied f 755 0:0 x");
    }
  }

  @Test
  void namesThatAreNoTextAreCopiedAndUnpackedByteForByte() throws IOException {
    String name = FileNames.text(new byte[] {'c', 'a', 'f', (byte) 0xe9});
    TransferFixture.TarContent content =
        tar -> {
          tar.directory("/s", attributes(0755, 0, 0));
          tar.directory("/s/" + name, attributes(0755, 0, 0));
          text(tar, "/s/" + name + "/" + name, attributes(0644, 0, 0), "x");
          tar.hardLink("/s/hard", attributes(0644, 0, 0), "/s/" + name + "/" + name);
          tar.symbolicLink("/s/soft", attributes(0777, 0, 0), name);
        };
    try (SourceImage source = SourceImage.of(testEngine, content)) {
      perform(to("/copied", new ImageSource(source.id(), List.of("/s"), List.of())));
      perform(to("/one/", new ImageSource(source.id(), List.of("/s/hard"), List.of())));
      perform(to("/wild/", new ImageSource(source.id(), List.of("/s/c*/*"), List.of())));
      perform(to("/added", fixture.archive("a.tar", tar(content))));
    }

    for (String directory : List.of("copied", "added/s")) {
      assertThat(bytesOfNames("/" + directory))
          .contains("/caf\u00e9/caf\u00e9", "/soft -> caf\u00e9")
          .containsAnyOf("/hard -> /caf\u00e9/caf\u00e9", "/caf\u00e9/caf\u00e9 -> /hard");
    }
    assertThat(below("/one/hard")).containsExactly("hard f 644 0:0 x");
    assertThat(bytesOfNames("/wild")).contains("/caf\u00e9");
  }

  /** Names below a directory and where links lead, one byte in each character. */
  private List<String> bytesOfNames(String directory) throws IOException {
    String name = ContainerPath.name(directory);
    List<String> names = new ArrayList<>();
    try (TarReader tar = new TarReader(files.read(directory))) {
      for (var entry = tar.next(); entry.isPresent(); entry = tar.next()) {
        String link = tar.linkBytes().isEmpty() ? "" : " -> " + tar.linkBytes();
        names.add((tar.nameBytes() + link).replace(name + "/", "/"));
      }
    }
    return names;
  }

  @Test
  void linksThatASourceNamesAreFollowed() throws IOException {
    try (SourceImage source = SourceImage.of(testEngine, SourceImage::stage)) {
      perform(to("/one", new ImageSource(source.id(), List.of("/s/link"), List.of())));
      perform(to("/wild/", new ImageSource(source.id(), List.of("/s/l*"), List.of())));
      perform(to("/dirs/", new ImageSource(source.id(), List.of("/s/q*"), List.of())));

      assertThat(below("/one")).containsExactly("one f 4711 1000:1001 1");
      assertThat(below("/wild")).containsExactly("wild d 755 0:0", "wild/link f 4711 1000:1001 1");
      assertThat(below("/dirs"))
          .containsExactly("dirs d 755 0:0", "dirs/one f 4711 1000:1001 1", "dirs/two h dirs/one");
    }
  }

  @Test
  void excludesAndParentsApplyToImages() throws IOException {
    try (SourceImage source = SourceImage.of(testEngine, SourceImage::stage)) {
      perform(to("/ex", new ImageSource(source.id(), List.of("/s"), List.of("q/one", "link"))));
      perform(
          withParents(to("/par/", new ImageSource(source.id(), List.of("/s/./*/two"), List.of()))));

      assertThat(below("/ex"))
          .containsExactly("ex d 755 0:0", "ex/q d 2750 1000:1001", "ex/q/two f 4711 1000:1001 1");
      assertThat(below("/par"))
          .containsExactly(
              "par d 755 0:0", "par/q d 2750 1000:1001", "par/q/two f 4711 1000:1001 1");
    }
  }

  @Test
  void parentsOfAnImageStayAsTheyWereToo() throws IOException {
    given(
        tar -> {
          tar.directory("/dst", attributes(0700, 55, 66));
          tar.directory("/dst/s", attributes(0711, 55, 66));
          tar.directory("/dst/s/q", attributes(0711, 55, 66));
        });
    try (SourceImage source = SourceImage.of(testEngine, SourceImage::stage)) {
      perform(
          withParents(to("/dst", new ImageSource(source.id(), List.of("/s/q/two"), List.of()))));

      assertThat(below("/dst"))
          .containsExactly(
              "dst d 700 55:66",
              "dst/s d 711 55:66",
              "dst/s/q d 711 55:66",
              "dst/s/q/two f 4711 1000:1001 1");
      perform(withParents(to("/dst", new ImageSource(source.id(), List.of("/s/q"), List.of()))));
      assertThat(below("/dst/s")).contains("s d 711 55:66", "s/q d 2750 1000:1001");
    }
  }

  @Test
  void aMissingSourceIsNamedWithItsImage() {
    ImageSource missing = new ImageSource(testEngine.busybox(), List.of("/no/such"), List.of());

    assertThatThrownBy(() -> perform(to("/x", missing)))
        .isInstanceOf(SourceNotFoundException.class)
        .hasMessage("/no/such: not found in the image " + testEngine.busybox());
  }

  @Test
  void aWildcardThatMatchesNothingCopiesNothingButMakesTheDestination() throws IOException {
    perform(to("/out/", new ImageSource(testEngine.busybox(), List.of("/etc/*.nope"), List.of())));

    assertThat(below("/out")).containsExactly("out d 755 0:0");
  }

  @Test
  void aWholeImageIsCopiedWithoutWhatTheEngineAddsToContainers() throws IOException {
    try (SourceImage source =
        SourceImage.of(testEngine, tar -> text(tar, "/hello", attributes(0755, 0, 0), "hi"))) {
      perform(to("/all", new ImageSource(source.id(), List.of("/"), List.of())));

      assertThat(below("/all")).containsExactly("all d 755 0:0", "all/hello f 755 0:0 hi");
    }
  }
}
