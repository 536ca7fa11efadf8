package io.jenkins.plugins.dockerfilebuild.execution.link;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.util.function.Function;

/** Digests and bytes travel as byte strings: a digest as its 32 bytes, and so do many of them. */
final class ContentModule extends SimpleModule {

  private static final long serialVersionUID = 1L;

  ContentModule() {
    super("content");
    add(Digest.class, Digest::toBytes, Digest::from);
    add(DigestList.class, DigestList::toBytes, DigestList::from);
    add(LackingChunks.class, LackingChunks::toBytes, LackingChunks::from);
    addSerializer(Bytes.class, new OfBytes());
    addDeserializer(Bytes.class, new FromBytes<>(Bytes.class, Bytes::owning));
  }

  private <T> void add(Class<T> type, Function<T, byte[]> to, Function<byte[], T> from) {
    addSerializer(type, new ToBytes<>(type, to));
    addDeserializer(type, new FromBytes<>(type, from));
  }

  // Jackson's base classes are serializable, its codecs never are serialized.
  @SuppressWarnings("serial")
  private static final class OfBytes extends StdSerializer<Bytes> {

    OfBytes() {
      super(Bytes.class);
    }

    @Override
    public void serialize(Bytes value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeBinary(value.openStream(), value.size());
    }
  }

  @SuppressWarnings("serial")
  private static final class ToBytes<T> extends StdSerializer<T> {

    private final transient Function<T, byte[]> convert;

    ToBytes(Class<T> type, Function<T, byte[]> convert) {
      super(type);
      this.convert = convert;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeBinary(convert.apply(value));
    }
  }

  @SuppressWarnings("serial")
  private static final class FromBytes<T> extends StdDeserializer<T> {

    private final transient Function<byte[], T> convert;

    FromBytes(Class<T> type, Function<byte[], T> convert) {
      super(type);
      this.convert = convert;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return convert.apply(in.getBinaryValue());
    }
  }
}
