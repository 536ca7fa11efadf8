package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Mount;
import io.jenkins.plugins.dockerfilebuild.dockerfile.NearestWord;
import io.jenkins.plugins.dockerfilebuild.dockerfile.WordExpansion;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.plan.NeededStage.Located;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which stages the target needs. A stage only ever refers to stages above it, so one pass from the
 * target upwards finds them all, and their order in the file is an order in which they can be
 * built. For one thread, used once.
 */
final class StageSelection {

  private final PlanRequest request;
  private final GlobalScope globals;
  private final StageNames names;
  private final WordExpansion expansion;

  /** Stages that something below needs. */
  private final Set<Integer> needed = new TreeSet<>();

  /** Those of {@link #needed} whose files are needed. */
  private final Set<Integer> filesNeeded = new TreeSet<>();

  /** Every image that is named, with the first line that names it. */
  private final Map<ImageReference, Integer> images = new LinkedHashMap<>();

  private final Map<Integer, NeededStage> selected = new TreeMap<>();

  StageSelection(PlanRequest request, GlobalScope globals, StageNames names) {
    this.request = request;
    this.globals = globals;
    this.names = names;
    this.expansion = new WordExpansion(request.dockerfile().directives().escape());
    int target = names.target();
    needed.add(target);
    filesNeeded.add(target);
    for (int index = target; index >= 0; index--) {
      if (needed.contains(index)) {
        selected.put(index, select(request.dockerfile().stages().get(index)));
      }
    }
  }

  /** In the order of the file. */
  List<NeededStage> stages() {
    return List.copyOf(selected.values());
  }

  /** Images that are named but not known yet, in the order of their lines. */
  List<ImageNeed> missingImages() {
    List<ImageNeed> missing = new ArrayList<>();
    images.forEach(
        (image, line) -> {
          if (!request.known().containsKey(image)) {
            missing.add(new ImageNeed(image, line, names.nearest(image.name())));
          }
        });
    missing.sort(Comparator.comparingInt(ImageNeed::line));
    return Collections.unmodifiableList(missing);
  }

  private NeededStage select(Dockerfile.Stage stage) {
    Instruction.From from = stage.from();
    int line = from.range().startLine();
    String platform = platform(from, line);
    String base = request.at(line, () -> expansion.expand(from.image(), globals.values()));
    if (base.isEmpty()) {
      throw request.problem(
          line,
          "base name (%s) should not be blank".formatted(from.image()),
          unsetHint(from.image()));
    }
    Origin origin = names.base(base, platform, line, stage.index());
    need(origin, line, false);
    List<Located> instructions = new ArrayList<>(triggers(origin, from));
    stage.instructions().forEach(own -> instructions.add(new Located(own, own.range())));
    instructions.forEach(located -> references(located, stage.index()));
    return new NeededStage(
        stage.index(),
        names.display(stage.index()),
        origin,
        platform,
        from.range(),
        List.copyOf(instructions),
        filesNeeded.contains(stage.index()));
  }

  private String platform(Instruction.From from, int line) {
    Optional<String> written = from.platform();
    if (written.isEmpty()) {
      return request.options().platform().toString();
    }
    String word = request.at(line, () -> expansion.expand(written.get(), globals.values()));
    if (word.isEmpty()) {
      throw request.problem(
          line, "empty platform value from expression " + written.get(), unsetHint(written.get()));
    }
    try {
      return Platform.parse(word).toString();
    } catch (IllegalArgumentException e) {
      throw request.problem(
          line, "failed to parse platform %s: %s".formatted(word, e.getMessage()), "");
    }
  }

  /** What may be wrong with a word that came to nothing. */
  private String unsetHint(String word) {
    return expansion.trace(word, globals.values()).unset().stream()
        .sorted()
        .flatMap(name -> NearestWord.of(name, globals.values().keySet()).stream())
        .findFirst()
        .map(name -> "did you mean " + name + "?")
        .orElse("only an ARG before the first FROM is seen here");
  }

  private List<Located> triggers(Origin origin, Instruction.From from) {
    List<String> expressions = List.of();
    if (origin instanceof Origin.Image image) {
      ImageDescription known = request.known().get(image.reference());
      expressions = known == null ? List.of() : known.config().onBuild();
    } else if (origin instanceof Origin.Stage stage) {
      expressions = onBuild(request.dockerfile().stages().get(stage.index()));
    }
    String file =
        "%s:%d: ONBUILD of %s"
            .formatted(request.dockerfile().file(), from.range().startLine(), from.image());
    return expressions.stream()
        .map(text -> Instruction.parseTrigger(file, text, from.range()))
        .map(trigger -> new Located(trigger, from.range()))
        .toList();
  }

  private static List<String> onBuild(Dockerfile.Stage stage) {
    return stage.instructions().stream()
        .filter(Instruction.OnBuild.class::isInstance)
        .map(own -> ((Instruction.OnBuild) own).expression())
        .toList();
  }

  private void references(Located located, int stage) {
    if (located.instruction() instanceof Instruction.Copy copy) {
      copy.from()
          .ifPresent(
              from ->
                  need(
                      names.source(from, "cannot copy from", located.line(), stage),
                      located.line(),
                      true));
    } else if (located.instruction() instanceof Instruction.Run run) {
      for (String flag : run.mountFlags()) {
        request
            .at(located.line(), () -> Mount.from(flag))
            .ifPresent(
                from ->
                    need(
                        names.source(from, "cannot mount from", located.line(), stage),
                        located.line(),
                        true));
      }
    }
  }

  private void need(Origin origin, int line, boolean files) {
    if (origin instanceof Origin.Stage stage) {
      needed.add(stage.index());
      if (files) {
        filesNeeded.add(stage.index());
      }
    } else if (origin instanceof Origin.Image image) {
      images.merge(image.reference(), line, Math::min);
    }
  }
}
