package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UndoTest {

  /**
   * The leases of a step's cache directories are undone last: nobody got these directories again.
   */
  @Test
  void whatTheEngineRefusesKeepsNothingElseFromBeingUndone() throws Exception {
    List<String> undone = new ArrayList<>();
    Undo undo = new Undo();
    undo.add(() -> undone.add("the first"));
    undo.add(
        () -> {
          throw new IllegalStateException("refused");
        });
    undo.add(
        () -> {
          throw new IOException("no such file");
        });

    assertThatThrownBy(undo::close).hasMessage("refused");
    assertThat(undone).containsExactly("the first");
    undo.close();
    assertThat(undone).hasSize(1);
  }
}
