package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.CacheLimits;
import io.jenkins.plugins.dockerfilebuild.execution.CacheWorth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class CacheHousekeepingTest {

  private final List<String> notices = new ArrayList<>();

  private static Agent pruning(String name, Callable<List<CacheDirectory>> prune) {
    CacheDirectories directories =
        (CacheDirectories)
            Proxy.newProxyInstance(
                CacheHousekeepingTest.class.getClassLoader(),
                new Class<?>[] {CacheDirectories.class},
                (proxy, method, arguments) -> prune.call());
    return TestAgents.answering(name, 1, (proxy, method, arguments) -> directories);
  }

  @Test
  void anAgentThatCannotReadItsDirectoriesIsANoticeAndTheOthersKeepTheirLimits() {
    Agent broken =
        pruning(
            "broken",
            () -> {
              throw new UncheckedIOException("cannot prune them", new IOException("bad disk"));
            });
    CacheDirectory gone =
        new CacheDirectory("ns", "m2", "0", 2, 1, 0, 0, false, CacheWorth.UNKNOWN);
    Progress progress =
        new Progress(event -> notices.add(((BuildEvent.Notice) event).message()), System::nanoTime);

    new CacheHousekeeping(CacheLimits.ofTotal(1), progress)
        .keep(List.of(broken, pruning("sound", () -> List.of(gone))), Set.of("ns"));

    assertThat(notices).hasSize(2);
    assertThat(notices.get(0))
        .isEqualTo(
            "the cache directories on broken are not kept within their limits:"
                + " cannot prune them: bad disk");
    assertThat(notices.get(1)).contains("removed the cache directory m2").contains("from sound");
  }
}
