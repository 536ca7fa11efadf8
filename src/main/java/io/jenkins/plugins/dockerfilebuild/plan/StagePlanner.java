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

  private final PlannedSteps planned;

  /** Indexes of this stage's steps. */
  private final List<Integer> steps = new ArrayList<>();

  StagePlanner(NeededStage stage, StageState state, PlanScope scope, PlannedSteps planned) {
    this.stage = stage;
    this.state = state;
    this.scope = scope;
    this.planned = planned;
    this.configuration = new ConfigurationPlanner(scope, state);
    SourceFinder sources = new SourceFinder(scope, stage.index());
    this.runs = new RunPlanner(scope, state, sources);
    this.transfers = new TransferPlanner(scope, state, sources);
  }

  /** Applies all instructions to the state and adds the steps that they make. */
  void plan() {
    int first = planned.nextIndex();
    for (Located located : stage.instructions()) {
      long history = state.historyLength();
      long entries = state.config().entries();
      apply(located);
      scope
          .request()
          .count(
              located.line(), state.historyLength() - history, state.config().entries() - entries);
    }
    if (stage.filesNeeded()) {
      state.lastWorkdir().ifPresent(this::makeDirectories);
    }
    planned.count(steps, first);
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
    return steps.get(steps.size() - 1);
  }

  private void add(Located located, String keyword, PlannedOperation operation) {
    int index = planned.nextIndex();
    if (index >= MOST_STEPS) {
      throw scope.request().problem(located.line(), "there are more than 1000 steps", "");
    }
    scope.request().count(located.line(), 0, state.variables().values().size());
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
    PlannedStep step =
        new PlannedStep(
            index,
            new PlannedStep.Place(stage.display(), steps.size() + 1, 0, located.range(), text),
            state.root(),
            definition.inputs(),
            state.pendingDirectories(),
            operation,
            surroundings,
            SourceFinder.steps(operation));
    steps.add(planned.add(step));
    state.continueFrom(lastIndex(), text);
  }
}
