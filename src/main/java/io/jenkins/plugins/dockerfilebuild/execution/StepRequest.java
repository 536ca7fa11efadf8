package io.jenkins.plugins.dockerfilebuild.execution;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One step for one agent: a value that can cross any link.
 *
 * @param parentImage id of the image to start from; empty for {@code FROM scratch}
 * @param labels to put on the result; the step's key is among them
 * @param environment everything that the command sees, {@code NAME=value}; nothing of the parent's
 *     own environment may shine through
 * @param user as USER had it, {@code ""} for root
 * @param workingDirectory absolute
 * @param directories of WORKDIRs since the last step, to be made before the operation
 * @param placeWanted other steps wait for the place that this one has: once its command has ended,
 *     the next one begins before its result is made
 */
public record StepRequest(
    Optional<String> parentImage,
    String platform,
    Map<String, String> labels,
    List<String> environment,
    String user,
    String workingDirectory,
    List<NewDirectory> directories,
    Operation operation,
    boolean placeWanted) {

  /** The same with another operation. */
  public StepRequest withOperation(Operation other) {
    return with(other, placeWanted);
  }

  /** The same, where others wait for its place or not. */
  public StepRequest withPlaceWanted(boolean wanted) {
    return with(operation, wanted);
  }

  private StepRequest with(Operation other, boolean wanted) {
    return new StepRequest(
        parentImage,
        platform,
        labels,
        environment,
        user,
        workingDirectory,
        directories,
        other,
        wanted);
  }

  /** A directory that is made if it is missing, with its parents, owned by {@code user}. */
  public record NewDirectory(String path, String user) {}

  /** What the step does. */
  public sealed interface Operation {}

  /**
   * RUN.
   *
   * @param command the whole argument vector, the shell included
   * @param files here-document scripts to put below {@code /dev/pipes/} while the command runs
   * @param mounts in any order; the agent mounts parents before children
   * @param secretVariables secrets by the variables of the command's environment that hold them; in
   *     no image, and never printed
   * @param network {@code default}, {@code none} or {@code host}
   */
  public record Run(
      List<String> command,
      List<ScriptFile> files,
      List<MountRequest> mounts,
      Map<String, Bytes> secretVariables,
      String network,
      boolean privileged)
      implements Operation {

    /** The same with other mounts. */
    public Run withMounts(List<MountRequest> others) {
      return new Run(command, files, others, secretVariables, network, privileged);
    }
  }

  /** An executable file at {@code target}, there while the command runs. */
  public record ScriptFile(String target, Bytes content) {}

  /**
   * COPY or ADD.
   *
   * @param destination absolute after WORKDIR; a trailing slash says that it is a directory
   * @param owner {@code user[:group]} by name or number, resolved in the parent image; empty: root
   * @param mode octal or symbolic, as in {@code --chmod}
   * @param parents whether the sources keep their parent directories ({@code --parents})
   */
  public record Transfer(
      List<TransferSource> sources,
      String destination,
      Optional<String> owner,
      Optional<String> mode,
      boolean parents)
      implements Operation {}

  /** WORKDIR at the end of a stage: only {@link StepRequest#directories()}. */
  public record MakeDirectories() implements Operation {}

  /** Where COPY and ADD take files from. */
  public sealed interface TransferSource {}

  /**
   * A tree of the build context.
   *
   * @param path as resolved in the context; its last element is the file's name at the destination
   * @param unpack whether a file that is a local archive is unpacked (ADD)
   * @param include of {@code --parents}: a pattern; directories of the tree that do not match it
   *     are only on the way to what does
   */
  public record ContextSource(
      String path, TreeReference tree, boolean unpack, Optional<String> include)
      implements TransferSource {}

  /** Files of another image; {@code paths} may hold wildcards. */
  public record ImageSource(String imageId, List<String> paths, List<String> excludes)
      implements TransferSource {}

  /** A here-document written as a file, or what ADD fetched. */
  public record InlineSource(String name, Bytes content, int mode) implements TransferSource {}
}
