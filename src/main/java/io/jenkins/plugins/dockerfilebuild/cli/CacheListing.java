package io.jenkins.plugins.dockerfilebuild.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.execution.AgentStorage;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.HeldVersion;
import io.jenkins.plugins.dockerfilebuild.execution.CacheWorth;
import io.jenkins.plugins.dockerfilebuild.report.Figures;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The cache directories of some agents, those used last first, as a table or as JSON. */
record CacheListing(List<Line> lines) {

  /**
   * A directory on an agent.
   *
   * @param version that it has or comes from, 0 for none
   */
  record Line(String agent, CacheDirectory directory, long version) {}

  static CacheListing of(List<Agent> agents) {
    List<Line> lines = new ArrayList<>();
    for (Agent agent : agents) {
      List<HeldVersion> held = agent.services().cacheReplicas().inventory();
      agent.services().cacheDirectories().list().stream()
          .sorted(Comparator.comparingLong(CacheDirectory::lastUsedMillis).reversed())
          .forEach(found -> lines.add(new Line(agent.name(), found, version(found, held))));
    }
    return new CacheListing(lines);
  }

  /** An instance is named by the beginning of its key's name and a number. */
  private static long version(CacheDirectory directory, List<HeldVersion> held) {
    String key = directory.instance().replaceFirst("-\\d+$", "");
    return held.stream()
        .filter(one -> one.key().hex().startsWith(key))
        .mapToLong(HeldVersion::number)
        .max()
        .orElse(0);
  }

  /** The keys of the directories that have versions on an agent. */
  static List<CacheKey> keys(Agent agent) {
    return agent.services().cacheReplicas().inventory().stream()
        .map(HeldVersion::key)
        .distinct()
        .sorted()
        .toList();
  }

  List<String> table() {
    TextTable table =
        new TextTable(
            "AGENT", "NAMESPACE", "ID", "VERSION", "SIZE", "FILES", "SAVES", "LAST USED", "");
    lines.forEach(line -> table.row(cells(line)));
    return table.lines();
  }

  private static String[] cells(Line line) {
    CacheDirectory directory = line.directory;
    long age = Math.max(0, System.currentTimeMillis() - directory.lastUsedMillis());
    return new String[] {
      line.agent,
      directory.namespace(),
      directory.id(),
      line.version > 0 ? String.valueOf(line.version) : "",
      Figures.bytes(directory.bytes()),
      String.valueOf(directory.files()),
      saves(directory),
      Figures.duration(age) + " ago",
      directory.inUse() ? "in use" : ""
    };
  }

  /** What a use saves, where steps have shown that. */
  private static String saves(CacheDirectory directory) {
    CacheWorth worth = directory.worth();
    return worth.coldMillis() > 0 && worth.warmMillis() > 0
        ? Figures.duration(Math.round(worth.savedSeconds(directory.bytes()) * 1e3))
        : "";
  }

  /** One object a line. */
  List<String> json() {
    return lines.stream().map(CacheListing::json).toList();
  }

  private static String json(Line line) {
    return JsonLine.of(
        json -> {
          fields(json, line.agent, line.directory);
          json.writeNumberField("version", line.version);
        });
  }

  /** A directory on an agent as JSON. */
  static void fields(JsonGenerator json, String agent, CacheDirectory directory)
      throws IOException {
    CacheWorth worth = directory.worth();
    long since = Math.max(0, System.currentTimeMillis() - directory.lastUsedMillis());
    json.writeStringField("agent", agent);
    json.writeStringField("namespace", directory.namespace());
    json.writeStringField("id", directory.id());
    json.writeStringField("instance", directory.instance());
    json.writeNumberField("bytes", directory.bytes());
    json.writeNumberField("files", directory.files());
    json.writeNumberField("createdMs", directory.createdMillis());
    json.writeNumberField("lastUsedMs", directory.lastUsedMillis());
    json.writeBooleanField("inUse", directory.inUse());
    json.writeNumberField("uses", worth.uses());
    json.writeNumberField("coldMs", worth.coldMillis());
    json.writeNumberField("warmMs", worth.warmMillis());
    json.writeNumberField("savedSeconds", worth.savedSeconds(directory.bytes()));
    json.writeNumberField("savedSecondsPerGigabyte", worth.perGigabyte(directory.bytes(), since));
  }

  /** What an agent keeps of another kind as JSON. */
  static void fields(JsonGenerator json, String agent, AgentStorage.Usage usage)
      throws IOException {
    json.writeStringField("agent", agent);
    json.writeStringField("kind", usage.kind().name());
    json.writeNumberField("count", usage.count());
    json.writeNumberField("bytes", usage.bytes());
  }

  /** All directories of an agent together as JSON. */
  static String sum(String agent, List<CacheDirectory> directories) {
    return JsonLine.of(
        json -> {
          json.writeStringField("agent", agent);
          json.writeStringField("kind", "CACHE_DIRECTORIES");
          json.writeNumberField("count", directories.size());
          json.writeNumberField(
              "bytes", directories.stream().mapToLong(CacheDirectory::bytes).sum());
          json.writeNumberField(
              "inUse", directories.stream().filter(CacheDirectory::inUse).count());
        });
  }

  /** A kind as people read it. */
  static String name(AgentStorage.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
