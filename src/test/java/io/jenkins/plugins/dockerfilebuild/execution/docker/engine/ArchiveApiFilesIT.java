package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles.Kind;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles.PathStat;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ImageUsers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ArchiveApiFilesIT {

  private static final Instant MODIFIED = Instant.parse("2020-02-29T23:59:58Z");

  private final TestEngine testEngine = TestEngine.first();
  private StepContainer container;
  private ContainerFiles files;

  @BeforeEach
  void createContainer() {
    container = StepContainer.holding(testEngine.engine(), testEngine.busybox(), "files-test");
    files = container.files();
  }

  @AfterEach
  void removeContainer() {
    container.close();
  }

  @Test
  void aDirectoryIsTold() throws IOException {
    assertThat(files.stat("/tmp"))
        .hasValueSatisfying(
            stat -> {
              assertThat(stat.kind()).isEqualTo(Kind.DIRECTORY);
              assertThat(stat.mode()).isEqualTo(01777);
            });
  }

  @Test
  void aLinkAtTheEndIsNotFollowed() throws IOException {
    assertThat(files.stat("/bin/sh"))
        .hasValueSatisfying(
            stat -> {
              assertThat(stat.kind()).isEqualTo(Kind.SYMLINK);
              assertThat(stat.linkTarget()).isEqualTo("/bin/busybox");
            });
  }

  @Test
  void whatIsNotThereIsEmpty() throws IOException {
    assertThat(files.stat("/no/such/thing")).isEmpty();
    assertThat(files.stat("/etc/passwd/below")).isEmpty();
    assertThatThrownBy(() -> files.read("/no/such/thing")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void whatIsWrittenIsReadBackWithItsOwner() throws IOException {
    files.write("/tmp", new ByteArrayInputStream(archiveOf("a b+c%.txt", "content")));

    PathStat stat = files.stat("/tmp/a b+c%.txt").orElseThrow();
    assertThat(stat.size()).isEqualTo(7);
    assertThat(stat.modified()).isEqualTo(MODIFIED);
    try (var tar = new TarArchiveInputStream(files.read("/tmp/a b+c%.txt"))) {
      TarArchiveEntry entry = tar.getNextEntry();
      assertThat(entry.getLongUserId()).isEqualTo(1234);
      assertThat(entry.getLongGroupId()).isEqualTo(4321);
      assertThat(tar.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("content");
    }
  }

  @Test
  void writingWhereNoDirectoryIsFails() {
    assertThatThrownBy(() -> files.write("/no/such", new ByteArrayInputStream(archiveOf("a", "b"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/no/such");
  }

  @Test
  void theUsersOfAnImageAreFound() throws IOException {
    ImageUsers users = ImageUsers.of(files);

    List<String> unknown = new ArrayList<>();
    assertThat(users.owner("nobody", unknown::add)).isEqualTo(new ImageUsers.Owner(65534, 65533));
    assertThat(users.owner("77:nogroup", unknown::add)).isEqualTo(new ImageUsers.Owner(77, 65533));
    assertThat(unknown).isEmpty();
    assertThat(users.owner("unknown:staff", unknown::add)).isEqualTo(new ImageUsers.Owner(0, 50));
    assertThat(unknown).containsExactly("user unknown");
  }

  private static byte[] archiveOf(String name, String content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes)) {
      byte[] data = content.getBytes(StandardCharsets.UTF_8);
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setUserId(1234);
      entry.setGroupId(4321);
      entry.setSize(data.length);
      entry.setLastModifiedTime(FileTime.from(MODIFIED));
      tar.putArchiveEntry(entry);
      tar.write(data);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }
}
