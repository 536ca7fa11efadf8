package io.jenkins.plugins.dockerfilebuild.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects in a real server that speaks S3. */
final class S3ObjectsIT {

  @TempDir private Path folder;

  /**
   * Seen with a vault in Jenkins: the third version was refused, as its sweep deleted the first.
   */
  @Test
  void objectsAreFoundByTheBeginOfTheirNamesUntilTheyAreDeleted() throws Exception {
    try (TestObjectStore store = TestObjectStore.start(folder);
        S3Objects objects =
            S3Objects.open(
                S3Address.parse("s3://" + TestObjectStore.BUCKET + "/ci"), store.environment())) {
      for (String name : List.of("a/1", "a/2", "b/1")) {
        objects.put(name, name.getBytes(StandardCharsets.UTF_8));
      }
      assertThat(objects.list("a/"))
          .extracting(VaultObjects.Stored::name)
          .containsExactly("a/1", "a/2");
      assertThat(objects.folders()).containsExactly("a", "b");

      objects.delete(List.of("a/1", "b/1", "never-there"));

      assertThat(objects.list("a/")).extracting(VaultObjects.Stored::name).containsExactly("a/2");
      assertThat(objects.get("a/1", 0, 10)).isEmpty();
      assertThat(objects.get("a/2", 0, 10)).hasValue("a/2".getBytes(StandardCharsets.UTF_8));
      assertThat(objects.folders()).containsExactly("a");
    }
  }
}
