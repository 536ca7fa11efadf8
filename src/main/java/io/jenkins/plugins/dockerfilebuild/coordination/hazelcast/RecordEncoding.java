package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.util.Optional;

/**
 * Shared values as bytes: CBOR (RFC 8949) of a record, no name of a class in it. A value that lacks
 * something, or has something that this version does not know, is no value. Thread-safe.
 */
final class RecordEncoding<T> {

  private static final ObjectMapper MAPPER =
      CBORMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(digests())
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS, MapperFeature.AUTO_DETECT_IS_GETTERS)
          .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
          .build();

  private final Class<T> type;

  RecordEncoding(Class<T> type) {
    this.type = type;
  }

  byte[] encode(T value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a value of ours cannot be written", e);
    }
  }

  /** Empty for what is no value. */
  Optional<T> decode(byte[] bytes) {
    try {
      return Optional.ofNullable(MAPPER.readValue(bytes, type));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static SimpleModule digests() {
    return new SimpleModule()
        .addSerializer(new DigestWriter())
        .addDeserializer(Digest.class, new DigestReader());
  }

  private static final class DigestWriter extends StdSerializer<Digest> {

    private static final long serialVersionUID = 1;

    private DigestWriter() {
      super(Digest.class);
    }

    @Override
    public void serialize(Digest digest, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(digest.hex());
    }
  }

  private static final class DigestReader extends FromStringDeserializer<Digest> {

    private static final long serialVersionUID = 1;

    private DigestReader() {
      super(Digest.class);
    }

    @Override
    protected Digest _deserialize(String hex, DeserializationContext context) {
      return new Digest(hex);
    }
  }
}
