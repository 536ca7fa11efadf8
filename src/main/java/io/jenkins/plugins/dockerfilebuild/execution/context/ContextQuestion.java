package io.jenkins.plugins.dockerfilebuild.execution.context;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import java.util.List;

/** What is asked about a build context, of the machine that has it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "question")
sealed interface ContextQuestion {

  /** The Dockerfile that the build is about; answered by its {@link ContextAnswer.Content}. */
  @JsonTypeName("dockerfile")
  record Dockerfile() implements ContextQuestion {}

  /** What a source of COPY names; answered by {@link ContextAnswer.Paths}. */
  @JsonTypeName("resolve")
  record Resolve(String source) implements ContextQuestion {}

  /**
   * What lies at a path; answered by {@link ContextAnswer.Files}.
   *
   * @param leftOut as {@link io.jenkins.plugins.dockerfilebuild.content.ContextTree#tree(String,
   *     List)} has it
   */
  @JsonTypeName("files")
  record Files(String path, List<List<String>> leftOut) implements ContextQuestion {
    public Files {
      leftOut = List.copyOf(leftOut);
    }
  }

  /** A batch of a file's bytes; answered by {@link ContextAnswer.Content}. */
  @JsonTypeName("read")
  record Read(Digest file, long offset) implements ContextQuestion {
    public Read {
      if (offset < 0) {
        throw new IllegalArgumentException("files begin at 0");
      }
    }
  }

  /** As many of these files as fit in a batch; answered by {@link ContextAnswer.Batch}. */
  @JsonTypeName("batch")
  record Batch(List<Digest> files) implements ContextQuestion {
    public Batch {
      files = List.copyOf(files);
    }
  }

  /** What ADD takes from a URL; answered by {@link ContextAnswer.Fetched}. */
  @JsonTypeName("download")
  record Download(RemoteSource.Download source) implements ContextQuestion {}

  /** What ADD takes from a git repository; answered by {@link ContextAnswer.Fetched}. */
  @JsonTypeName("checkout")
  record Checkout(RemoteSource.Git source) implements ContextQuestion {}
}
