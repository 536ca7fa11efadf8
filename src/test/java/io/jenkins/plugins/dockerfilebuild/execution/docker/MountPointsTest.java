package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers as directories, as overlay2 keeps them. */
class MountPointsTest {

  @TempDir Path layers;
  private Path upper;
  private Path lower;

  @BeforeEach
  void makeLayers() throws IOException {
    upper = Files.createDirectory(layers.resolve("upper"));
    lower = Files.createDirectory(layers.resolve("lower"));
  }

  private void remove(String... targets) throws IOException {
    new MountPoints(upper, List.of(lower), List.of()).remove(List.of(targets));
  }

  @Test
  void anEmptyDirectoryThatIsNewIsRemovedWithItsEmptyParents() throws IOException {
    Files.createDirectories(upper.resolve("a/b/c"));
    Files.createDirectories(upper.resolve("a/x"));

    remove("/a/b/c");

    assertThat(upper.resolve("a/b")).doesNotExist();
    assertThat(upper.resolve("a/x")).exists();
  }

  @Test
  void anEmptyFileThatIsNewIsRemoved() throws IOException {
    Files.createDirectories(upper.resolve("run"));
    Files.createFile(upper.resolve("run/secret"));

    remove("/run/secret");

    assertThat(upper.resolve("run")).doesNotExist();
  }

  @Test
  void whatHoldsSomethingStays() throws IOException {
    Files.createDirectories(upper.resolve("a/b"));
    Files.writeString(upper.resolve("a/b/file"), "made by the command");
    Files.writeString(upper.resolve("full"), "x");

    remove("/a/b", "/full");

    assertThat(upper.resolve("a/b/file")).exists();
    assertThat(upper.resolve("full")).exists();
  }

  @Test
  void whatWasThereBeforeStays() throws IOException {
    Files.createDirectories(upper.resolve("a/b"));
    Files.createDirectories(lower.resolve("a/b"));

    remove("/a/b");

    assertThat(upper.resolve("a/b")).exists();
  }

  @Test
  void nestedTargetsGoChildrenFirst() throws IOException {
    Files.createDirectories(upper.resolve("a/b/c"));

    remove("/a", "/a/b/c");

    assertThat(upper.resolve("a")).doesNotExist();
  }

  @Test
  void aWantedDirectoryStaysWithItsParents() throws IOException {
    Files.createDirectories(upper.resolve("srv/app/sub"));

    new MountPoints(upper, List.of(lower), List.of("/srv/app")).remove(List.of("/srv/app/sub"));

    assertThat(upper.resolve("srv/app")).exists();
    assertThat(upper.resolve("srv/app/sub")).doesNotExist();
  }

  @Test
  void linksAreFollowedInsideTheRoot() throws IOException {
    Files.createDirectories(lower.resolve("var"));
    Files.createSymbolicLink(lower.resolve("var/run"), Path.of("/run"));
    Files.createSymbolicLink(lower.resolve("up"), Path.of("../../var/run"));
    Files.createDirectories(upper.resolve("run/x"));
    Files.createDirectories(upper.resolve("run/y"));

    remove("/var/run/x", "/up/y");

    assertThat(upper.resolve("run")).doesNotExist();
  }

  @Test
  void aLinkLeadsNowhereOutside() throws IOException {
    Path outside = Files.createDirectories(layers.resolve("outside/empty"));
    Files.createSymbolicLink(upper.resolve("link"), layers.resolve("outside"));
    Files.createSymbolicLink(upper.resolve("circle"), Path.of("circle"));

    remove("/link/empty", "/circle/x");

    assertThat(outside).exists();
    assertThat(upper.resolve("link")).isSymbolicLink();
  }

  @Test
  void theParentKeepsItsTime() throws IOException {
    Files.createDirectories(upper.resolve("a/b"));
    Files.createFile(upper.resolve("a/keep"));
    FileTime time = FileTime.fromMillis(1_600_000_000_000L);
    Files.setLastModifiedTime(upper.resolve("a"), time);

    remove("/a/b");

    assertThat(upper.resolve("a/b")).doesNotExist();
    assertThat(Files.getLastModifiedTime(upper.resolve("a"))).isEqualTo(time);
  }
}
