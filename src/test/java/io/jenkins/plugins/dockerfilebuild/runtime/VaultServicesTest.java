package io.jenkins.plugins.dockerfilebuild.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultServicesTest {

  @TempDir private Path directory;

  @Test
  void aFolderIsOneVaultForAllWhoOpenIt() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("mounted"), directory.resolve("vault"));
    String id = VaultServices.of(directory.resolve("vault")).info().id();

    assertThat(VaultServices.of(link).info().id()).isEqualTo(id);
    assertThat(VaultServices.of(directory.resolve("other")).info().id()).isNotEqualTo(id);
  }
}
