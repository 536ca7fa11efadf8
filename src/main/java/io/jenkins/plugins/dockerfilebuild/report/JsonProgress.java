package io.jenkins.plugins.dockerfilebuild.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * A build as a stream: one JSON object for each event, on one line each. {@code event} names it,
 * {@code atMs} counts from the start of the build. Events come one at a time, so it needs no lock.
 */
public final class JsonProgress implements BuildListener {

  private static final JsonFactory FACTORY = new JsonFactory();

  private final Consumer<String> print;

  /**
   * @param print takes one object, without a line end
   */
  public JsonProgress(Consumer<String> print) {
    this.print = print;
  }

  @Override
  public void on(BuildEvent event) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("event", name(event));
      json.writeNumberField("atMs", event.atMillis());
      write(json, event);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    print.accept(text.toString());
  }

  private static String name(BuildEvent event) {
    String type = event.getClass().getSimpleName();
    return Character.toLowerCase(type.charAt(0)) + type.substring(1);
  }

  private static void write(JsonGenerator json, BuildEvent event) throws IOException {
    if (event instanceof BuildEvent.Planned planned) {
      writePlanned(json, planned);
    } else if (event instanceof BuildEvent.BaseImageResolved resolved) {
      JsonValues.resolvedFields(json, resolved);
    } else if (event instanceof BuildEvent.StepPlaced placed) {
      json.writeNumberField("step", placed.step());
      JsonValues.placementFields(json, placed);
    } else if (event instanceof BuildEvent.StepStarted started) {
      json.writeNumberField("step", started.step());
      json.writeStringField("agent", started.agent());
      json.writeStringField("key", started.key());
      JsonValues.miss(json, started.miss());
    } else if (event instanceof BuildEvent.StepPrinted printed) {
      json.writeNumberField("step", printed.step());
      json.writeStringField("line", printed.line());
      json.writeBooleanField("error", printed.error());
    } else if (event instanceof BuildEvent.StepFinished finished) {
      writeFinished(json, finished);
    } else if (event instanceof BuildEvent.Transferred transferred) {
      JsonValues.transferFields(json, transferred);
    } else if (event instanceof BuildEvent.ImageMade image) {
      JsonValues.imageFields(json, image);
    } else if (event instanceof BuildEvent.PushProgressed progressed) {
      json.writeStringField("reference", progressed.reference());
      json.writeStringField("agent", progressed.agent());
      json.writeNumberField("done", progressed.done());
      json.writeNumberField("layers", progressed.layers());
    } else if (event instanceof BuildEvent.Pushed pushed) {
      JsonValues.pushedFields(json, pushed);
    } else if (event instanceof BuildEvent.AgentJoined agent) {
      JsonValues.joinedFields(json, agent);
    } else if (event instanceof BuildEvent.CachePublished published) {
      JsonValues.publishedFields(json, published);
    } else if (event instanceof BuildEvent.Notice notice) {
      JsonValues.noticeFields(json, notice);
    } else if (event instanceof BuildEvent.Finished end) {
      json.writeStringField("result", end.result().name());
      JsonValues.optional(json, "imageId", end.imageId());
      JsonValues.optional(json, "problem", end.problem());
    }
  }

  private static void writePlanned(JsonGenerator json, BuildEvent.Planned planned)
      throws IOException {
    json.writeStringField("dockerfile", planned.dockerfile());
    JsonValues.strings(json, "agents", planned.agents());
    json.writeArrayFieldStart("steps");
    for (BuildEvent.Step step : planned.steps()) {
      json.writeStartObject();
      JsonValues.stepFields(json, step);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeFinished(JsonGenerator json, BuildEvent.StepFinished finished)
      throws IOException {
    json.writeNumberField("step", finished.step());
    json.writeStringField("status", finished.status().name());
    JsonValues.optional(json, "agent", finished.agent());
    json.writeStringField("key", finished.key());
    json.writeNumberField("durationMs", finished.durationMillis());
    json.writeNumberField("savedMs", finished.savedMillis());
    JsonValues.miss(json, finished.miss());
    JsonValues.mounts(json, finished.mounts(), List.of());
    json.writeNumberField("bytesReceived", finished.bytesReceived());
    JsonValues.failure(json, finished.failure(), List.of());
  }
}
