package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.IntPredicate;

/**
 * What the requested stage yields: files under a configuration.
 *
 * @param root where the files come from
 * @param base the configuration of the final image but for the history that this build adds
 * @param history lines that this build adds, oldest first
 * @param latestMillis what {@code SOURCE_DATE_EPOCH} says, since the epoch: no line that this build
 *     adds is of a later time
 */
public record StageResult(
    RootFilesystem root, ImageConfig base, List<HistoryLine> history, OptionalLong latestMillis) {

  /**
   * One line of the history.
   *
   * @param step that the line stands for; empty where only the configuration changes
   */
  public record HistoryLine(String createdBy, OptionalInt step) {}

  public StageResult {
    history = List.copyOf(history);
  }

  /**
   * The configuration of the final image.
   *
   * @param createdMillis of the lines that this build adds, since the epoch; those of {@link
   *     #latestMillis} where that is earlier
   * @param madeLayer whether the image has a layer for the step with this index; engines leave out
   *     layers that changed nothing, and refuse a history that has more layers than the image
   */
  public ImageConfig config(long createdMillis, IntPredicate madeLayer) {
    long created = Math.min(createdMillis, latestMillis.orElse(createdMillis));
    List<ImageConfig.History> lines = new ArrayList<>(base.history());
    for (HistoryLine line : history) {
      boolean layer = line.step().isPresent() && madeLayer.test(line.step().getAsInt());
      lines.add(new ImageConfig.History(created, line.createdBy(), !layer));
    }
    return ConfigBuilder.of(base).history(lines).build();
  }
}
