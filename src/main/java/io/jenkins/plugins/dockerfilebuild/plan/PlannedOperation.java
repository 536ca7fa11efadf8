package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a step does to its root filesystem. */
public sealed interface PlannedOperation {

  /** What it takes files from, in order. */
  default Stream<PlannedSource> takesFrom() {
    return Stream.empty();
  }

  /**
   * RUN.
   *
   * @param command the whole argument vector, the shell included
   * @param scripts here-documents that are there as executable files while the command runs
   * @param mounts sorted by target, so that a directory is mounted before what lies in it
   * @param network {@code default}, {@code none} or {@code host}
   */
  record Run(
      List<String> command,
      List<Script> scripts,
      List<PlannedMount> mounts,
      String network,
      boolean privileged)
      implements PlannedOperation {
    public Run {
      command = List.copyOf(command);
      scripts = List.copyOf(scripts);
      mounts = List.copyOf(mounts);
    }

    @Override
    public Stream<PlannedSource> takesFrom() {
      return mounts.stream().flatMap(PlannedMount::takesFrom);
    }
  }

  /** An executable file at the absolute path {@code target}. */
  record Script(String target, Bytes content) {}

  /**
   * COPY or ADD.
   *
   * @param sources in order; a later one overwrites an earlier one
   * @param destination absolute; a trailing slash says that it is a directory
   * @param owner {@code user[:group]} by name or number; empty: root
   * @param mode octal or symbolic
   * @param parents whether sources keep their parent directories
   */
  record Transfer(
      List<PlannedSource> sources,
      String destination,
      Optional<String> owner,
      Optional<String> mode,
      boolean parents)
      implements PlannedOperation {
    public Transfer {
      sources = List.copyOf(sources);
    }

    @Override
    public Stream<PlannedSource> takesFrom() {
      return sources.stream();
    }
  }

  /** A WORKDIR with nothing behind it: only {@link PlannedStep#newDirectories()}. */
  record MakeDirectories() implements PlannedOperation {}
}
