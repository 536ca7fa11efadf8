package io.jenkins.plugins.dockerfilebuild.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.jenkins.plugins.dockerfilebuild.dockerfile.HereDocument;
import io.jenkins.plugins.dockerfilebuild.dockerfile.ParserDirectives;
import io.jenkins.plugins.dockerfilebuild.dockerfile.SyntaxTree;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** A syntax tree as one line of JSON, in the format of the conformance vectors. */
final class SyntaxTreeJson {

  private static final JsonFactory FACTORY = new JsonFactory();

  private SyntaxTreeJson() {}

  static String of(SyntaxTree tree) {
    return object(
        json -> {
          writeDirectives(json, tree.directives());
          json.writeArrayFieldStart("instructions");
          for (SyntaxTree.Node node : tree.instructions()) {
            writeNode(json, node);
          }
          json.writeEndArray();
          json.writeNumberField("warnings", tree.warnings().size());
        });
  }

  /**
   * @param line 0 where the file as a whole is meant
   */
  static String ofError(String problem, int line) {
    return object(
        json -> {
          json.writeStringField("error", problem);
          json.writeNumberField("line", line);
        });
  }

  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private static String object(Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  private static void writeDirectives(JsonGenerator json, ParserDirectives directives)
      throws IOException {
    json.writeObjectFieldStart("directives");
    json.writeStringField("escape", String.valueOf(directives.escape()));
    writeOptional(json, "syntax", directives.syntax());
    writeOptional(json, "check", directives.check());
    json.writeEndObject();
  }

  private static void writeNode(JsonGenerator json, SyntaxTree.Node node) throws IOException {
    json.writeStartObject();
    json.writeStringField("keyword", node.keyword());
    writeStrings(json, "flags", node.flags());
    writeStrings(json, "arguments", node.arguments());
    json.writeBooleanField("json", node.json());
    json.writeArrayFieldStart("heredocs");
    for (HereDocument heredoc : node.heredocs()) {
      writeHereDocument(json, heredoc);
    }
    json.writeEndArray();
    if (node.onbuild().isPresent()) {
      json.writeFieldName("onbuild");
      writeNode(json, node.onbuild().get());
    }
    json.writeNumberField("startLine", node.range().startLine());
    json.writeNumberField("endLine", node.range().endLine());
    json.writeEndObject();
  }

  private static void writeHereDocument(JsonGenerator json, HereDocument heredoc)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", heredoc.name());
    json.writeNumberField("fd", heredoc.fileDescriptor());
    json.writeBooleanField("expand", heredoc.expand());
    json.writeBooleanField("chomp", heredoc.chomp());
    json.writeStringField("content", heredoc.content());
    json.writeEndObject();
  }

  private static void writeOptional(JsonGenerator json, String field, Optional<String> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(field, value.get());
    }
  }

  private static void writeStrings(JsonGenerator json, String field, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
