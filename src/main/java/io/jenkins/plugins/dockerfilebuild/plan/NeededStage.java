package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction;
import io.jenkins.plugins.dockerfilebuild.dockerfile.SourceRange;
import java.util.List;

/**
 * A stage that the target needs.
 *
 * @param display its name, or its number where it has none
 * @param origin what FROM names
 * @param platform that FROM asks for
 * @param instructions triggers of the base first, then its own
 * @param filesNeeded whether its result is the target or files are taken from it; otherwise only
 *     other stages start from it
 */
record NeededStage(
    int index,
    String display,
    Origin origin,
    String platform,
    SourceRange from,
    List<Located> instructions,
    boolean filesNeeded) {

  /** An instruction with the lines that the user should look at: a trigger's are those of FROM. */
  record Located(Instruction instruction, SourceRange range) {
    int line() {
      return range.startLine();
    }
  }
}
