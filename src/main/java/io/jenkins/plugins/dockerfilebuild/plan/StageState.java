package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.plan.NeededStage.Located;
import io.jenkins.plugins.dockerfilebuild.plan.StageResult.HistoryLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A stage as far as its instructions have been planned. For one thread. */
final class StageState {

  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private static final int LONGEST_LABEL = 60;

  private final Variables variables;
  private final ConfigBuilder config;
  private final List<HistoryLine> history;

  /** Length of the texts of {@link #history}. */
  private long historyLength;

  /** Directories of WORKDIRs that no step has made yet. */
  private final List<NewDirectory> pendingDirectories;

  /** The WORKDIR that stands for {@link #pendingDirectories} if no other step follows. */
  private Optional<Located> lastWorkdir;

  /** What the stage runs on; a stage that starts from another has the other's. */
  private final String platform;

  private RootFilesystem root;

  /** What the user calls {@link #root}. */
  private String rootLabel;

  /** Whether this stage has a CMD of its own, which an ENTRYPOINT then leaves alone. */
  private boolean commandSet;

  private StageState(RootFilesystem root, String rootLabel, String platform, ImageConfig start) {
    this.root = root;
    this.platform = platform;
    this.rootLabel = rootLabel;
    this.variables = new Variables();
    this.config = ConfigBuilder.of(start).clearOnBuild();
    this.history = new ArrayList<>();
    this.pendingDirectories = new ArrayList<>();
    this.lastWorkdir = Optional.empty();
    begin();
  }

  private StageState(StageState base) {
    root = base.root;
    rootLabel = base.rootLabel;
    platform = base.platform;
    variables = base.variables.copy();
    config = ConfigBuilder.of(base.config.build()).clearOnBuild();
    history = new ArrayList<>(base.history);
    pendingDirectories = new ArrayList<>(base.pendingDirectories);
    lastWorkdir = base.lastWorkdir;
    begin();
  }

  static StageState scratch(String platform) {
    return new StageState(
        new RootFilesystem.Scratch(), "scratch", platform, ImageConfig.scratch(platform));
  }

  static StageState image(RootFilesystem.Base base, String platform) {
    return new StageState(base, "base image " + base.reference(), platform, base.image().config());
  }

  /** A stage that starts from this one: it inherits files, configuration and ARGs. */
  StageState child() {
    return new StageState(this);
  }

  private void begin() {
    boolean hasPath = config.environment().stream().anyMatch(line -> line.startsWith("PATH="));
    if (!hasPath) {
      config.environment("PATH", DEFAULT_PATH);
    }
    variables.setAll(config.environment());
  }

  Variables variables() {
    return variables;
  }

  ConfigBuilder config() {
    return config;
  }

  RootFilesystem root() {
    return root;
  }

  String platform() {
    return platform;
  }

  String rootLabel() {
    return rootLabel;
  }

  List<NewDirectory> pendingDirectories() {
    return List.copyOf(pendingDirectories);
  }

  Optional<Located> lastWorkdir() {
    return lastWorkdir;
  }

  void enter(String directory, Located workdir) {
    config.workingDirectory(directory);
    NewDirectory wanted = new NewDirectory(directory, config.user());
    boolean pending = pendingDirectories.stream().anyMatch(p -> p.path().equals(directory));
    if (!directory.equals("/") && !pending) {
      pendingDirectories.add(wanted);
      lastWorkdir = Optional.of(workdir);
    }
    addHistory("WORKDIR " + directory);
  }

  void setCommand(List<String> words) {
    config.command(Optional.of(words));
    commandSet = true;
  }

  /** ENTRYPOINT forgets a CMD that the base brought along. */
  void setEntrypoint(List<String> words) {
    config.entrypoint(words);
    if (!commandSet) {
      config.command(Optional.empty());
    }
  }

  long historyLength() {
    return historyLength;
  }

  void addHistory(String createdBy) {
    addHistory(createdBy, OptionalInt.empty());
  }

  /** A step has been planned: what follows starts from its result. */
  void continueFrom(int step, String text) {
    root = new RootFilesystem.Result(step);
    boolean isLong = text.length() > LONGEST_LABEL;
    rootLabel = "the result of " + (isLong ? text.substring(0, LONGEST_LABEL) + "…" : text);
    pendingDirectories.clear();
    lastWorkdir = Optional.empty();
  }

  void addHistory(String createdBy, int step) {
    addHistory(createdBy, OptionalInt.of(step));
  }

  private void addHistory(String createdBy, OptionalInt step) {
    history.add(new HistoryLine(createdBy, step));
    historyLength += createdBy.length();
  }

  /** The last WORKDIR has become a step of its own. */
  void workdirMadeBy(int step) {
    for (int i = history.size() - 1; i >= 0; i--) {
      HistoryLine line = history.get(i);
      if (line.createdBy().startsWith("WORKDIR ")) {
        history.set(i, new HistoryLine(line.createdBy(), OptionalInt.of(step)));
        return;
      }
    }
  }

  /**
   * @param latestMillis as in {@link StageResult}
   */
  StageResult result(OptionalLong latestMillis) {
    return new StageResult(root, config.build(), history, latestMillis);
  }
}
