package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.DirectorySize;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpendableTest {

  private final List<String> removed = new ArrayList<>();

  private Expendable idle(String name, long bytes, long usedMillis) {
    return new Expendable(bytes, FileTime.fromMillis(usedMillis), () -> removed.add(name));
  }

  private static Expendable busy(long bytes, long usedMillis) {
    return new Expendable(bytes, FileTime.fromMillis(usedMillis), () -> false);
  }

  @Test
  void theLongestUnusedGoFirstUntilEnoughIsLeft() throws IOException {
    List<Expendable> all = List.of(idle("b", 30, 2), idle("c", 40, 3), idle("a", 20, 1));

    DirectorySize freed = Expendable.prune(all, 45, FileTime.fromMillis(9));

    assertThat(removed).containsExactly("a", "b");
    assertThat(freed).isEqualTo(new DirectorySize(50, 2));
  }

  @Test
  void whatIsInUseStaysAndTheNextGoesInItsPlace() throws IOException {
    DirectorySize freed =
        Expendable.prune(
            List.of(busy(20, 1), idle("b", 30, 2), idle("c", 40, 3)), 60, FileTime.fromMillis(9));

    assertThat(removed).containsExactly("b");
    assertThat(freed).isEqualTo(new DirectorySize(30, 1));
  }

  @Test
  void whatWasUsedAfterTheLimitStaysHoweverMuchIsLeft() throws IOException {
    Expendable.prune(List.of(idle("a", 20, 1), idle("b", 30, 2)), 0, FileTime.fromMillis(1));

    assertThat(removed).containsExactly("a");
  }
}
