package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Verification;
import java.util.ArrayList;
import java.util.List;

/** What {@code cache verify} found, directory by directory. Not thread-safe. */
final class CacheVerification {

  private record Line(String agent, CacheKey key, Verification found) {}

  private final List<Line> lines = new ArrayList<>();

  void add(String agent, CacheKey key, Verification found) {
    lines.add(new Line(agent, key, found));
  }

  int damaged() {
    return lines.stream().mapToInt(line -> line.found.damaged()).sum();
  }

  List<String> table() {
    TextTable table = new TextTable("AGENT", "NAMESPACE", "ID", "SOUND", "DAMAGED", "IN USE");
    lines.forEach(
        line ->
            table.row(
                line.agent,
                line.key.namespace(),
                line.key.id(),
                String.valueOf(line.found.sound()),
                String.valueOf(line.found.damaged()),
                String.valueOf(line.found.busy())));
    return table.lines();
  }

  List<String> json() {
    return lines.stream().map(CacheVerification::json).toList();
  }

  private static String json(Line line) {
    return JsonLine.of(
        json -> {
          json.writeStringField("agent", line.agent);
          CacheChoice.fields(json, line.key);
          json.writeNumberField("sound", line.found.sound());
          json.writeNumberField("damaged", line.found.damaged());
          json.writeNumberField("inUse", line.found.busy());
        });
  }
}
