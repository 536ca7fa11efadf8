package io.jenkins.plugins.dockerfilebuild.execution.link;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import java.io.IOException;
import java.util.Map;

/**
 * Frames as bytes: one byte with the version of the link, then CBOR (RFC 8949). Every kind of a
 * sealed type has a name of its own on the wire, so what an agent sends never chooses a class
 * beyond these. Missing, unknown and null components are errors, as is anything that the
 * constructors of the values refuse. Thread-safe.
 *
 * @param <T> what a frame holds
 */
public final class FrameEncoding<T> {

  /** To be raised with every change of a frame; both sides must speak the same. */
  static final int VERSION = 10;

  private static final int DEEPEST = 64;

  /** For sealed types of other packages, which know nothing of how they travel. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  private interface Kind {}

  /** Names on the wire; never to be used for something else. */
  private static final Map<Class<?>, String> NAMES =
      Map.ofEntries(
          Map.entry(StepRequest.Run.class, "run"),
          Map.entry(StepRequest.Transfer.class, "transfer"),
          Map.entry(StepRequest.MakeDirectories.class, "make-directories"),
          Map.entry(StepRequest.ContextSource.class, "context"),
          Map.entry(StepRequest.ImageSource.class, "image"),
          Map.entry(StepRequest.InlineSource.class, "inline"),
          Map.entry(MountRequest.ContextBind.class, "context-bind"),
          Map.entry(MountRequest.ImageBind.class, "image-bind"),
          Map.entry(MountRequest.Tmpfs.class, "tmpfs"),
          Map.entry(MountRequest.Cache.class, "cache"),
          Map.entry(MountRequest.Secret.class, "secret"),
          Map.entry(MountRequest.Ssh.class, "ssh"),
          Map.entry(StepOutcome.Succeeded.class, "succeeded"),
          Map.entry(StepOutcome.Failed.class, "failed"),
          Map.entry(StepOutcome.Lost.class, "lost"),
          Map.entry(StepOutcome.ContentMissing.class, "content-missing"),
          Map.entry(StepOutcome.Canceled.class, "canceled"));

  private static final ObjectMapper MAPPER =
      mapper(
          AgentLink.MAX_BYTES,
          CallerFrame.class,
          AgentFrame.class,
          OperationEvent.class,
          ServiceCall.class,
          ReplicaCall.class);

  private final ObjectMapper mapper;
  private final JavaType type;
  private final int longest;

  private FrameEncoding(ObjectMapper mapper, JavaType type, int longest) {
    this.mapper = mapper;
    this.type = type;
    this.longest = longest;
  }

  /**
   * @param named sealed types of ours, whose kinds carry their names
   */
  private static ObjectMapper mapper(int longest, Class<?>... named) {
    StreamReadConstraints bounds =
        StreamReadConstraints.builder()
            .maxDocumentLength(longest)
            .maxStringLength(longest)
            .maxNestingDepth(DEEPEST)
            .build();
    CBORMapper.Builder builder =
        CBORMapper.builder(CBORFactory.builder().streamReadConstraints(bounds).build())
            .addModule(new Jdk8Module())
            .addModule(new ContentModule())
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS, MapperFeature.AUTO_DETECT_IS_GETTERS)
            .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL));
    NAMES.forEach((type, name) -> builder.registerSubtypes(new NamedType(type, name)));
    for (Class<?> type : named) {
      builder.registerSubtypes(type.getPermittedSubclasses());
    }
    kinds(
        builder,
        StepRequest.Operation.class,
        StepRequest.TransferSource.class,
        MountRequest.class,
        StepOutcome.class);
    return builder.build();
  }

  private static void kinds(CBORMapper.Builder builder, Class<?>... types) {
    for (Class<?> type : types) {
      builder.addMixIn(type, Kind.class);
      for (Class<?> kind : type.getPermittedSubclasses()) {
        if (!NAMES.containsKey(kind)) {
          throw new IllegalStateException(kind + " has no name on the wire");
        }
      }
    }
  }

  static <T> FrameEncoding<T> of(Class<T> type) {
    return new FrameEncoding<>(MAPPER, MAPPER.constructType(type), AgentLink.MAX_BYTES);
  }

  /**
   * That of frames about something else than an agent's services.
   *
   * @param type sealed; its kinds carry their names
   * @param longest a frame may have, in bytes
   */
  public static <T> FrameEncoding<T> of(Class<T> type, int longest) {
    ObjectMapper mapper = mapper(longest, type);
    return new FrameEncoding<>(mapper, mapper.constructType(type), longest);
  }

  /** That of the answers to a call. */
  static <A> FrameEncoding<A> ofAnswer(AgentCall<A> call) {
    JavaType type = MAPPER.constructType(call.getClass());
    return new FrameEncoding<>(
        MAPPER, type.findTypeParameters(AgentCall.class)[0], AgentLink.MAX_BYTES);
  }

  boolean isOf(Class<?> other) {
    return type.hasRawClass(other);
  }

  /** A value that is of the frames' type. */
  @SuppressWarnings("unchecked")
  T cast(Object value) {
    return (T) type.getRawClass().cast(value);
  }

  /**
   * @throws RemoteFailureException it is longer than a frame may be
   */
  public byte[] encode(T value) {
    byte[] frame;
    try (var out = new ByteArrayBuilder()) {
      out.write(VERSION);
      mapper.writerFor(type).writeValue(out, value);
      frame = out.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("a value of ours cannot be written", e);
    }
    if (frame.length > longest) {
      throw new RemoteFailureException(
          "%d bytes are too many for the link to the agent, which takes %d at once"
              .formatted(frame.length, longest));
    }
    return frame;
  }

  /**
   * @throws MalformedFrameException it is not a value of that type
   */
  public T decode(byte[] frame) throws MalformedFrameException {
    if (frame.length == 0 || frame.length > longest) {
      throw new MalformedFrameException(
          "a frame of " + frame.length + " bytes; it has 1 to " + longest, null);
    }
    if (frame[0] != VERSION) {
      throw new MalformedFrameException(
          "the other side of the link speaks version %d, this side version %d: use the same release"
              .formatted(frame[0], VERSION),
          null);
    }
    T value = read(frame);
    if (value == null) {
      throw new MalformedFrameException("the frame holds nothing", null);
    }
    return value;
  }

  private T read(byte[] frame) throws MalformedFrameException {
    try {
      return mapper.readerFor(type).readValue(frame, 1, frame.length - 1);
    } catch (IOException | RuntimeException e) {
      throw new MalformedFrameException("not a frame of the link: " + firstLine(e), e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
