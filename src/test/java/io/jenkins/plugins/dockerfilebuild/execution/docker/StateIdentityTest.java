package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateIdentityTest {

  @TempDir private Path directory;
  private Path state;

  @BeforeEach
  void make() throws IOException {
    state = Files.createDirectory(directory.resolve("state"));
  }

  @Test
  void itStaysWithTheDirectoryAndIsAnotherInEachOther() throws IOException {
    String id = StateIdentity.of(state);
    Path moved = Files.move(state, directory.resolve("moved"));

    assertThat(StateIdentity.of(moved)).isEqualTo(id).matches("[0-9a-f]{32}");
    assertThat(StateIdentity.of(Files.createDirectory(state))).isNotEqualTo(id);
  }

  @Test
  void ofThoseThatComeAtOnceAllHaveTheSame() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    Callable<String> open = () -> StateIdentity.of(state);
    Set<String> ids = new HashSet<>();
    for (Future<String> one : threads.invokeAll(Collections.nCopies(8, open))) {
      ids.add(one.get());
    }
    threads.shutdown();

    assertThat(ids).containsExactly(StateIdentity.of(state));
  }

  @Test
  void aFileThatAPowerFailureCutShortIsMadeAnew() throws IOException {
    Files.writeString(state.resolve("id"), "0123");

    String id = StateIdentity.of(state);

    assertThat(id).hasSize(32);
    assertThat(StateIdentity.of(state)).isEqualTo(id);
  }

  @Test
  void aMachineThatIsMadeOfAnImageWithTheDirectoryIsAnother() throws IOException {
    Path image = Files.writeString(directory.resolve("machine-1"), "aaaa\n");
    Path machine = Files.writeString(directory.resolve("machine-2"), "bbbb\n");

    String id = StateIdentity.onMachine(state, image);

    assertThat(StateIdentity.onMachine(state, image)).isEqualTo(id).doesNotContain("aaaa");
    assertThat(StateIdentity.onMachine(state, machine)).isNotEqualTo(id);
    assertThat(StateIdentity.onMachine(state, directory.resolve("none"))).isNotEqualTo(id);
  }
}
