package io.jenkins.plugins.dockerfilebuild.build;

import static io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status.CACHED;
import static io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status.EXECUTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import io.jenkins.plugins.dockerfilebuild.scheduling.CachePolicy;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever fills a cache directory, on a real engine, does not choose what others build. */
@Timeout(120)
class ResultOwnersIT {

  private static final CachePolicy STRANGER = CachePolicy.fork("a stranger's");
  private static final String MOUNT = "RUN --mount=type=cache,target=/c ";

  @TempDir Path directory;

  private BuildFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = new BuildFixture(directory, TestEngine.first());
  }

  @Test
  void whatAForkMadeOfItsDirectoryTheProjectMakesAnew() throws Exception {
    fixture.in("project", STRANGER).build("FROM base AS a", MOUNT + "echo evil > /c/library");
    assertThat(library("project", STRANGER).lines()).containsExactly("evil");

    BuildFixture.Built own = library("project", CachePolicy.READ_WRITE);

    assertThat(own.statuses()).containsExactly(EXECUTED);
    assertThat(own.lines()).containsExactly("good");
  }

  @Test
  void whatTheProjectMadeItsForksTakeAndOthersDoNot() throws Exception {
    assertThat(library("project", CachePolicy.READ_WRITE).statuses()).containsExactly(EXECUTED);

    assertThat(library("project", STRANGER).statuses()).containsExactly(CACHED);
    assertThat(library("project", CachePolicy.READ_WRITE).statuses()).containsExactly(CACHED);
    assertThat(library("other", CachePolicy.READ_WRITE).statuses()).containsExactly(EXECUTED);
    assertThat(library("project", CachePolicy.READ_WRITE).statuses())
        .as("after a newer result of the same key")
        .containsExactly(CACHED);
  }

  private BuildFixture.Built library(String namespace, CachePolicy policy) throws Exception {
    return fixture
        .in(namespace, policy)
        .build("FROM base AS a", MOUNT + "cat /c/library 2>/dev/null || echo good");
  }
}
