package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction;
import io.jenkins.plugins.dockerfilebuild.plan.NeededStage.Located;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plans the steps of one stage. For one thread, used once. */
final class StagePlanner {

  /** Engines allow some 125 layers in an image; so this is beyond any build of several stages. */
  private static final int MOST_STEPS = 1_000;

  private final NeededStage stage;
  private final StageState state;
  private final PlanScope scope;
  private final ConfigurationPlanner configuration;
  private final RunPlanner runs;
  private final TransferPlanner transfers;

  /** Index of this stage's first step. */
  private final int firstIndex;

  private final List<PlannedStep> steps = new ArrayList<>();

  StagePlanner(NeededStage stage, StageState state, PlanScope scope, int firstIndex) {
    this.stage = stage;
    this.state = state;
    this.scope = scope;
    this.firstIndex = firstIndex;
    this.configuration = new ConfigurationPlanner(scope, state);
    SourceFinder sources = new SourceFinder(scope, stage.index());
    this.runs = new RunPlanner(scope, state, sources);
    this.transfers = new TransferPlanner(scope, state, sources);
  }

  /** Applies all instructions to the state and answers the steps that they make. */
  List<PlannedStep> plan() {
    stage.instructions().forEach(this::apply);
    if (stage.filesNeeded()) {
      state.lastWorkdir().ifPresent(this::makeDirectories);
    }
    return steps.stream().map(step -> step.of(steps.size())).toList();
  }

  private void apply(Located located) {
    Instruction instruction = located.instruction();
    if (instruction instanceof Instruction.Run run) {
      PlannedOperation.Run operation = runs.plan(run, located.line());
      add(located, "RUN", operation);
      state.addHistory("RUN " + String.join(" ", operation.command()), lastIndex());
    } else if (instruction instanceof Instruction.Transfer transfer) {
      String keyword = transfer instanceof Instruction.Add ? "ADD" : "COPY";
      Optional<TransferPlanner.Plan> plan = transfers.plan(transfer, keyword, located.line());
      if (plan.isPresent()) {
        add(located, keyword, plan.get().operation());
        state.addHistory(plan.get().createdBy(), lastIndex());
      }
    } else {
      configuration.apply(located);
    }
  }

  private void makeDirectories(Located workdir) {
    add(workdir, "WORKDIR", new PlannedOperation.MakeDirectories());
    state.workdirMadeBy(lastIndex());
  }

  private int lastIndex() {
    return firstIndex + steps.size() - 1;
  }

  private void add(Located located, String keyword, PlannedOperation operation) {
    int index = firstIndex + steps.size();
    if (index >= MOST_STEPS) {
      throw scope.request().problem(located.line(), "there are more than 1000 steps", "");
    }
    String text = located.instruction().text();
    PlannedStep.Surroundings surroundings = configuration.surroundings();
    StepDefinition definition =
        new StepDefinition(
            state.root(),
            state.rootLabel(),
            keyword,
            state.pendingDirectories(),
            operation,
            surroundings,
            state.variables());
    steps.add(
        new PlannedStep(
            index,
            new PlannedStep.Place(stage.display(), steps.size() + 1, 0, located.range(), text),
            state.root(),
            definition.inputs(),
            state.pendingDirectories(),
            operation,
            surroundings,
            SourceFinder.steps(operation)));
    state.continueFrom(index, text);
  }
}
