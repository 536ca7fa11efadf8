package io.jenkins.plugins.dockerfilebuild.execution.context;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import java.util.List;
import java.util.Optional;

/** How a {@link ContextQuestion} is answered. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "answer")
sealed interface ContextAnswer {

  /** Bytes of a file: all of the Dockerfile, else a batch, shorter at the end alone. */
  @JsonTypeName("content")
  record Content(Bytes bytes) implements ContextAnswer {}

  @JsonTypeName("paths")
  record Paths(List<String> paths) implements ContextAnswer {
    public Paths {
      paths = List.copyOf(paths);
    }
  }

  /** A tree, encoded, and the modification times of its files where they are known. */
  @JsonTypeName("files")
  record Files(Bytes tree, Optional<Bytes> times) implements ContextAnswer {}

  /** What was fetched from a network, and what of it counts in a key. */
  @JsonTypeName("fetched")
  record Fetched(Files files, Digest identity) implements ContextAnswer {}

  /** The first few of the files that were asked for, at least one. */
  @JsonTypeName("batch")
  record Batch(List<Bytes> files) implements ContextAnswer {
    public Batch {
      files = List.copyOf(files);
    }
  }

  /** The question has no such answer. */
  @JsonTypeName("refused")
  record Refused(Kind kind, String message) implements ContextAnswer {

    /** Whose fault it is. */
    enum Kind {
      CONTEXT,
      DOCKERFILE,
      FAILURE
    }

    /** Throws where it was asked what was thrown where the files are. */
    RuntimeException exception() {
      return kind == Kind.DOCKERFILE
          ? new DockerfileException("", 0, message, Optional.empty())
          : new ContextException(message);
    }
  }
}
