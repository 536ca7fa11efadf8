package io.jenkins.plugins.dockerfilebuild.report;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts how steps ended, for the last line of a build. Not thread-safe. */
final class Tally {

  /** A step whose result was lost ends more than once; the last time counts. */
  private final Map<Integer, BuildEvent.StepFinished> ends = new TreeMap<>();

  void count(BuildEvent.StepFinished finished) {
    ends.put(finished.step(), finished);
  }

  int finished() {
    return ends.size();
  }

  /** {@code built sha256:… in 3.2 s: 4 cached (saved 41 s), 2 executed}. */
  String summary(BuildEvent.Finished end) {
    String outcome =
        switch (end.result()) {
          case SUCCESS -> "built " + PrintableText.of(end.imageId().orElse("nothing"));
          case FAILURE -> "failed";
          case CANCELED -> "canceled";
        };
    String line = outcome + " in " + Figures.duration(end.atMillis());
    Map<Status, Integer> counts = new EnumMap<>(Status.class);
    ends.values().forEach(finished -> counts.merge(finished.status(), 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    counts.forEach((status, count) -> parts.add(part(status, count)));
    return parts.isEmpty() ? line : line + ": " + String.join(", ", parts);
  }

  private String part(Status status, int count) {
    long savedMillis =
        ends.values().stream()
            .filter(finished -> finished.status() == Status.CACHED)
            .mapToLong(BuildEvent.StepFinished::savedMillis)
            .sum();
    String part = count + " " + status.name().toLowerCase(Locale.ROOT);
    boolean saved = status == Status.CACHED && savedMillis > 0;
    return saved ? part + " (saved " + Figures.duration(savedMillis) + ")" : part;
  }
}
