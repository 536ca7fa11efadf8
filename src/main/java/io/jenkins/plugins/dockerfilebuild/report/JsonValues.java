package io.jenkins.plugins.dockerfilebuild.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import io.jenkins.plugins.dockerfilebuild.plan.Miss;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The values that the report and the event stream have in common, as JSON. What is not known has no
 * field; a number or a list is always there.
 */
final class JsonValues {

  private JsonValues() {}

  static void optional(JsonGenerator json, String field, Optional<String> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(field, value.get());
    }
  }

  static void strings(JsonGenerator json, String field, List<String> values) throws IOException {
    json.writeArrayFieldStart(field);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  /** What the plan knows of a step, as fields of the object that is open. */
  static void stepFields(JsonGenerator json, BuildEvent.Step step) throws IOException {
    json.writeNumberField("index", step.index());
    json.writeStringField("stage", step.stage());
    json.writeNumberField("stepInStage", step.stepInStage());
    json.writeNumberField("stepsInStage", step.stepsInStage());
    json.writeNumberField("line", step.line());
    json.writeNumberField("endLine", step.endLine());
    json.writeStringField("text", step.text());
    optional(json, "platform", given(step.platform()));
  }

  /** The agents that were weighed for a step, the one that it went to first. */
  static void placementFields(JsonGenerator json, BuildEvent.StepPlaced placed) throws IOException {
    json.writeNumberField("rankMs", placed.rankMillis());
    json.writeArrayFieldStart("candidates");
    for (BuildEvent.Candidate candidate : placed.candidates()) {
      json.writeStartObject();
      json.writeStringField("agent", candidate.agent());
      json.writeNumberField("waitMs", candidate.waitMillis());
      json.writeNumberField("moveBytes", candidate.moveBytes());
      json.writeNumberField("moveMs", candidate.moveMillis());
      json.writeNumberField("runMs", candidate.runMillis());
      json.writeNumberField("endMs", candidate.endMillis());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  static void miss(JsonGenerator json, Optional<Miss> miss) throws IOException {
    if (miss.isPresent()) {
      json.writeObjectFieldStart("miss");
      json.writeStringField("cause", miss.get().cause().name());
      json.writeStringField("detail", miss.get().detail());
      json.writeEndObject();
    }
  }

  /**
   * @param published what the step made of its cache directories, as far as that is known
   */
  static void mounts(
      JsonGenerator json, List<MountReport> mounts, List<BuildEvent.CachePublished> published)
      throws IOException {
    json.writeArrayFieldStart("mounts");
    for (MountReport mount : mounts) {
      json.writeStartObject();
      json.writeStringField("type", mount.type());
      optional(json, "id", given(mount.id()));
      json.writeStringField("target", mount.target());
      optional(json, "hit", given(mount.hit()));
      if (mount.version() > 0) {
        json.writeNumberField("version", mount.version());
        json.writeNumberField("files", mount.files());
        json.writeNumberField("ageMs", mount.ageMillis());
      }
      json.writeNumberField("bytes", mount.bytes());
      json.writeNumberField("bytesReceived", mount.bytesReceived());
      json.writeNumberField("waitMs", mount.waitMillis());
      if (mount.type().equals("cache")) {
        json.writeNumberField("bringUpMs", mount.bringUpMillis());
        sync(json, mount);
        publication(json, mount, published);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void sync(JsonGenerator json, MountReport mount) throws IOException {
    if (mount.sync().isPresent()) {
      MountReport.Sync sync = mount.sync().get();
      json.writeNumberField("bytesReused", sync.bytesReused());
      json.writeNumberField("chunksReceived", sync.chunksReceived());
      json.writeNumberField("chunksReused", sync.chunksReused());
      json.writeObjectFieldStart("bytesFrom");
      for (var from : new TreeMap<>(sync.bytesFrom()).entrySet()) {
        json.writeNumberField(from.getKey(), from.getValue());
      }
      json.writeEndObject();
    }
  }

  private static void publication(
      JsonGenerator json, MountReport mount, List<BuildEvent.CachePublished> published)
      throws IOException {
    for (BuildEvent.CachePublished one : published) {
      if (one.id().equals(mount.id())) {
        json.writeNumberField("publishedVersion", one.version());
        json.writeNumberField("publishMs", one.durationMillis());
      }
    }
  }

  static void joinedFields(JsonGenerator json, BuildEvent.AgentJoined agent) throws IOException {
    json.writeStringField("agent", agent.agent());
    json.writeStringField("storage", agent.storage().kind().name());
    json.writeStringField("reason", agent.storage().reason());
  }

  static void publishedFields(JsonGenerator json, BuildEvent.CachePublished published)
      throws IOException {
    json.writeNumberField("step", published.step());
    json.writeStringField("id", published.id());
    json.writeStringField("agent", published.agent());
    json.writeNumberField("version", published.version());
    json.writeNumberField("files", published.files());
    json.writeNumberField("bytes", published.bytes());
    json.writeNumberField("conflicts", published.conflicts());
    json.writeNumberField("durationMs", published.durationMillis());
  }

  /** {@code lastLines} stands where there are any. */
  static void failure(
      JsonGenerator json, Optional<BuildEvent.Failure> failure, List<String> lastLines)
      throws IOException {
    if (failure.isPresent()) {
      json.writeObjectFieldStart("failure");
      json.writeNumberField("exitCode", failure.get().exitCode());
      json.writeStringField("message", failure.get().message());
      if (!lastLines.isEmpty()) {
        strings(json, "lastLines", lastLines);
      }
      json.writeEndObject();
    }
  }

  static void resolvedFields(JsonGenerator json, BuildEvent.BaseImageResolved resolved)
      throws IOException {
    json.writeStringField("reference", resolved.reference());
    json.writeStringField("imageId", resolved.imageId());
    optional(json, "digest", resolved.repositoryDigest());
    json.writeStringField("agent", resolved.agent());
  }

  static void transferFields(JsonGenerator json, BuildEvent.Transferred transferred)
      throws IOException {
    json.writeStringField("what", transferred.what());
    json.writeStringField("from", transferred.from());
    json.writeStringField("to", transferred.to());
    json.writeNumberField("bytes", transferred.bytes());
    json.writeNumberField("durationMs", transferred.durationMillis());
  }

  static void noticeFields(JsonGenerator json, BuildEvent.Notice notice) throws IOException {
    if (notice.step().isPresent()) {
      json.writeNumberField("step", notice.step().get());
    }
    json.writeStringField("message", notice.message());
  }

  private static Optional<String> given(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  static void imageFields(JsonGenerator json, BuildEvent.ImageMade image) throws IOException {
    json.writeStringField("platform", image.platform());
    json.writeStringField("imageId", image.imageId());
    json.writeStringField("agent", image.agent());
    strings(json, "names", image.names());
  }

  static void pushedFields(JsonGenerator json, BuildEvent.Pushed pushed) throws IOException {
    json.writeStringField("reference", pushed.reference());
    json.writeStringField("digest", pushed.digest());
    json.writeNumberField("durationMs", pushed.durationMillis());
  }
}
