package io.jenkins.plugins.dockerfilebuild.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.report.BuildReport.StepReport;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A build report as JSON: one object, indented, ending in a line end. The fields are a contract:
 * new ones may come, none goes. {@code result} and a step's {@code status} are {@code RUNNING}
 * while they are not known. Written field by field with Jackson's streaming half, so that the
 * command line starts without its data binding.
 */
public final class JsonReport {

  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonReport() {}

  public static String of(BuildReport report) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      write(json, report);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.append('\n').toString();
  }

  /** Writes the report as the generator's next value. */
  public static void write(JsonGenerator json, BuildReport report) throws IOException {
    json.writeStartObject();
    json.writeStringField("result", report.result().map(Enum::name).orElse("RUNNING"));
    JsonValues.optional(json, "imageId", report.imageId());
    JsonValues.optional(json, "problem", report.problem());
    json.writeStringField("dockerfile", report.dockerfile());
    JsonValues.strings(json, "agents", report.agents());
    json.writeArrayFieldStart("agentStorage");
    for (BuildEvent.AgentJoined agent : report.joined()) {
      json.writeStartObject();
      JsonValues.joinedFields(json, agent);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("durationMs", report.durationMillis());
    json.writeNumberField("savedMs", report.savedMillis());
    json.writeArrayFieldStart("steps");
    for (StepReport step : report.steps()) {
      writeStep(json, step, report.publishedBy(step));
    }
    json.writeEndArray();
    writeAround(json, report);
    json.writeEndObject();
  }

  private static void writeStep(
      JsonGenerator json, StepReport step, List<BuildEvent.CachePublished> published)
      throws IOException {
    json.writeStartObject();
    JsonValues.stepFields(json, step.step());
    json.writeStringField("key", step.key());
    json.writeStringField("status", step.status().map(Enum::name).orElse("RUNNING"));
    JsonValues.optional(json, "agent", step.agent());
    json.writeNumberField("startMs", step.startMillis());
    json.writeNumberField("durationMs", step.durationMillis());
    json.writeNumberField("savedMs", step.savedMillis());
    JsonValues.miss(json, step.miss());
    if (step.placement().isPresent()) {
      json.writeObjectFieldStart("placement");
      JsonValues.placementFields(json, step.placement().get());
      json.writeEndObject();
    }
    JsonValues.mounts(json, step.mounts(), published);
    json.writeNumberField("bytesReceived", step.bytesReceived());
    JsonValues.failure(json, step.failure(), step.lastLines());
    json.writeEndObject();
  }

  /** What happened besides the steps. */
  private static void writeAround(JsonGenerator json, BuildReport report) throws IOException {
    write(json, "baseImages", report.baseImages(), JsonValues::resolvedFields);
    write(json, "transfers", report.transfers(), JsonValues::transferFields);
    write(json, "images", report.images(), JsonValues::imageFields);
    write(json, "pushes", report.pushes(), JsonValues::pushedFields);
    write(json, "cacheVersions", report.published(), JsonValues::publishedFields);
    write(json, "notices", report.notices(), JsonValues::noticeFields);
  }

  /** What one kind of event says beside when it was. */
  @FunctionalInterface
  private interface Fields<E extends BuildEvent> {
    void write(JsonGenerator json, E event) throws IOException;
  }

  private static <E extends BuildEvent> void write(
      JsonGenerator json, String name, List<E> events, Fields<E> fields) throws IOException {
    json.writeArrayFieldStart(name);
    for (E event : events) {
      json.writeStartObject();
      json.writeNumberField("atMs", event.atMillis());
      fields.write(json, event);
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
