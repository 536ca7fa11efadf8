package io.jenkins.plugins.dockerfilebuild.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.build.CachePool.Ran;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Agents as several controllers of one cluster have them: two machines that both call {@code
 * agent-1}, and one machine that each calls as it likes.
 */
class AgentIdentityIT {

  @TempDir private Path directory;

  @Test
  void twoMachinesOfOneNameAreNotAskedForEachOthersDirectories() throws Exception {
    try (CachePool first = new CachePool(directory.resolve("first"), 1);
        CachePool second = new CachePool(directory.resolve("second"), 1).inClusterWith(first)) {
      first.run(1, "", "echo one > /c/one");

      Ran elsewhere = second.run(1, "", "ls /c; echo two > /c/two");
      assertThat(elsewhere.lines()).isEmpty();
      assertThat(elsewhere.cache().hit()).isEqualTo("COLD");
      assertThat(elsewhere.notices())
          .anyMatch(notice -> notice.contains("no agent that can be reached has version 1"))
          .anyMatch(notice -> notice.contains("which only another machine called agent-1 had"))
          .noneMatch(notice -> notice.contains("cannot be had"));
      assertThat(elsewhere.published()).extracting(p -> p.version()).containsExactly(2L);

      Ran back = first.run(1, "", "ls /c; echo more > /c/more");
      assertThat(back.lines()).containsExactly("one");
      assertThat(back.notices()).noneMatch(notice -> notice.contains("cannot be had"));
      assertThat(back.published()).extracting(p -> p.version()).containsExactly(3L);
    }
  }

  @Test
  void aMachineThatTwoCallByTwoNamesHasItsDirectoriesOnce() throws Exception {
    UnaryOperator<String> otherwise = name -> "the machine in the corner";
    try (CachePool first = new CachePool(directory, 1);
        CachePool second =
            new CachePool(directory, 1, otherwise, UnaryOperator.identity()).inClusterWith(first)) {
      first.run(1, "", "echo one > /c/one");

      Ran elsewhere = second.run(1, "", "cat /c/one; echo two > /c/two");
      assertThat(elsewhere.lines()).containsExactly("one");
      assertThat(elsewhere.cache().hit()).isEqualTo("WARM");
      assertThat(elsewhere.cache().version()).isEqualTo(1);

      Ran back = first.run(1, "", "cat /c/two");
      assertThat(back.lines()).containsExactly("two");
      assertThat(back.cache().hit()).isEqualTo("WARM");
      assertThat(back.cache().version()).isEqualTo(2);
      assertThat(back.notices()).isEmpty();
    }
  }
}
