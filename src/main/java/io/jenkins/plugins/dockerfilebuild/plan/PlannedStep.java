package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.dockerfile.SourceRange;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One unit of work: a RUN, COPY or ADD, or a WORKDIR that nothing follows.
 *
 * @param index in {@link BuildPlan#steps()}
 * @param parent the files that it starts from
 * @param newDirectories that must be there before the operation, in this order
 * @param operation what is done
 * @param surroundings what a command sees beside files
 * @param dependencies steps whose results it mounts or copies from; the parent is not among them
 */
public record PlannedStep(
    int index,
    Place place,
    RootFilesystem parent,
    StepInputs inputs,
    List<NewDirectory> newDirectories,
    PlannedOperation operation,
    Surroundings surroundings,
    SortedSet<Integer> dependencies) {

  /**
   * Where the user finds the step.
   *
   * @param stage the stage's name, or its number where it has none
   * @param stepInStage counted from 1, {@code stepsInStage} in all
   * @param text the instruction as written
   */
  public record Place(
      String stage, int stepInStage, int stepsInStage, SourceRange range, String text) {}

  /**
   * What a command sees beside files.
   *
   * @param platform {@code os/architecture[/variant]} of the stage
   * @param environment ENV and the ARGs in scope, {@code NAME=value}
   * @param proxies further variables that the command sees and that never count in a key
   * @param user {@code ""} for root
   * @param workingDirectory absolute
   */
  public record Surroundings(
      String platform,
      List<String> environment,
      List<String> proxies,
      String user,
      String workingDirectory) {
    public Surroundings {
      environment = List.copyOf(environment);
      proxies = List.copyOf(proxies);
    }
  }

  public PlannedStep {
    newDirectories = List.copyOf(newDirectories);
    dependencies = Collections.unmodifiableSortedSet(new TreeSet<>(dependencies));
  }

  /** All steps that must have a result before this one can run. */
  public SortedSet<Integer> predecessors() {
    SortedSet<Integer> all = new TreeSet<>(dependencies);
    if (parent instanceof RootFilesystem.Result result) {
      all.add(result.step());
    }
    return all;
  }

  PlannedStep of(int stepsInStage) {
    Place counted =
        new Place(place.stage(), place.stepInStage(), stepsInStage, place.range(), place.text());
    return new PlannedStep(
        index, counted, parent, inputs, newDirectories, operation, surroundings, dependencies);
  }
}
