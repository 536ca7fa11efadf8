package io.jenkins.plugins.dockerfilebuild.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.HeldVersion;
import io.jenkins.plugins.dockerfilebuild.report.Figures;
import io.jenkins.plugins.dockerfilebuild.scheduling.Agent;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The cache directories of some agents, those used last first, as a table or as JSON. */
record CacheListing(List<Line> lines) {

  private static final JsonFactory JSON = new JsonFactory();

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
        new TextTable("AGENT", "NAMESPACE", "ID", "VERSION", "SIZE", "FILES", "LAST USED", "");
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
      Figures.duration(age) + " ago",
      directory.inUse() ? "in use" : ""
    };
  }

  /** One object a line. */
  List<String> json() {
    return lines.stream().map(CacheListing::json).toList();
  }

  private static String json(Line line) {
    CacheDirectory directory = line.directory;
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("agent", line.agent);
      json.writeStringField("namespace", directory.namespace());
      json.writeStringField("id", directory.id());
      json.writeStringField("instance", directory.instance());
      json.writeNumberField("version", line.version);
      json.writeNumberField("bytes", directory.bytes());
      json.writeNumberField("files", directory.files());
      json.writeNumberField("createdMs", directory.createdMillis());
      json.writeNumberField("lastUsedMs", directory.lastUsedMillis());
      json.writeBooleanField("inUse", directory.inUse());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }
}
