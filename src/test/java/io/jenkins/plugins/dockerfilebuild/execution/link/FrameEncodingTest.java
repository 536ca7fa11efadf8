package io.jenkins.plugins.dockerfilebuild.execution.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Frames survive the way, and what is no frame is told as such and does nothing. */
class FrameEncodingTest {

  private static final FrameEncoding<CallerFrame> CALL = FrameEncoding.of(CallerFrame.class);
  private static final FrameEncoding<AgentFrame> ANSWER = FrameEncoding.of(AgentFrame.class);

  @Provide
  Arbitrary<CallerFrame> requests() {
    return SampleFrames.requests();
  }

  @Provide
  Arbitrary<AgentFrame> answers() {
    return SampleFrames.answers();
  }

  @Property(tries = 500, seed = "20261125")
  void requestsSurviveTheWay(@ForAll("requests") CallerFrame frame) throws Exception {
    assertThat(CALL.decode(CALL.encode(frame))).isEqualTo(frame);
  }

  @Property(tries = 500, seed = "20261125")
  void answersSurviveTheWay(@ForAll("answers") AgentFrame frame) throws Exception {
    assertThat(ANSWER.decode(ANSWER.encode(frame))).isEqualTo(frame);
  }

  @Property(tries = 500, seed = "20261125")
  void outcomesSurviveTheWay(@ForAll("outcomes") StepOutcome outcome) throws Exception {
    FrameEncoding<StepOutcome> type = FrameEncoding.of(StepOutcome.class);
    assertThat(type.decode(type.encode(outcome))).isEqualTo(outcome);
  }

  @Provide
  Arbitrary<StepOutcome> outcomes() {
    return SampleFrames.outcomes();
  }

  @Property(tries = 300, seed = "20261125")
  void aFrameThatIsCutShortIsNone(
      @ForAll("requests") CallerFrame frame, @ForAll @IntRange(max = 10_000) int cut) {
    byte[] bytes = CALL.encode(frame);
    byte[] part = Arrays.copyOf(bytes, cut % bytes.length);

    assertThatThrownBy(() -> CALL.decode(part)).isInstanceOf(MalformedFrameException.class);
  }

  @Property(tries = 3000, seed = "20261125")
  void whatIsNoFrameIsToldAsSuch(
      @ForAll("answers") AgentFrame frame,
      @ForAll @IntRange(max = 10_000) int position,
      @ForAll byte value) {
    byte[] bytes = ANSWER.encode(frame);
    bytes[position % bytes.length] = value;

    isFrameOrToldAsNone(bytes);
  }

  @Property(tries = 3000, seed = "20261125")
  void noiseIsNoFrame(@ForAll("noise") byte[] noise) {
    isFrameOrToldAsNone(noise);
  }

  @Provide
  Arbitrary<byte[]> noise() {
    return Arbitraries.bytes()
        .array(byte[].class)
        .ofMaxSize(300)
        .map(
            bytes -> {
              if (bytes.length > 0) {
                bytes[0] = FrameEncoding.VERSION;
              }
              return bytes;
            });
  }

  /** Nothing else may come of it: no other exception, no error, no null. */
  private static void isFrameOrToldAsNone(byte[] bytes) {
    try {
      AgentFrame frame = ANSWER.decode(bytes);
      assertThat(frame).isNotNull();
    } catch (MalformedFrameException expected) {
      assertThat(expected).hasMessageNotContaining("\n");
    }
  }

  @Test
  void everyCallHasASampleHere() {
    Set<Class<?>> sampled = new HashSet<>();
    SampleFrames.calls().forEach(call -> sampled.add(call.getClass()));

    Set<Class<?>> all = new HashSet<>(Set.of(ServiceCall.class.getPermittedSubclasses()));
    all.addAll(Set.of(ReplicaCall.class.getPermittedSubclasses()));
    assertThat(sampled).isEqualTo(all);
  }

  @Test
  void anotherVersionIsToldWithARemedy() {
    byte[] frame = CALL.encode(new CallerFrame.Poll("1", 0));
    frame[0] = 99;

    assertThatThrownBy(() -> CALL.decode(frame))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessageContaining(
            "speaks version 99, this side version "
                + FrameEncoding.VERSION
                + ": use the same release");
  }

  @Test
  void unknownKindsAndClassNamesAreRefused() throws Exception {
    for (String name : new String[] {"reboot", "java.lang.ProcessBuilder", ""}) {
      byte[] frame = changed(new CallerFrame.Cancel("1"), node -> node.put("frame", name));

      assertThatThrownBy(() -> CALL.decode(frame)).isInstanceOf(MalformedFrameException.class);
    }
  }

  @Test
  void missingNullAndUnknownComponentsAreRefused() throws Exception {
    CallerFrame poll = new CallerFrame.Poll("1", 7);

    for (byte[] frame :
        new byte[][] {
          changed(poll, node -> node.remove("waitMillis")),
          changed(poll, node -> node.putNull("id")),
          changed(poll, node -> node.putNull("waitMillis")),
          changed(poll, node -> node.put("more", 1)),
          changed(poll, node -> node.put("waitMillis", "7")),
          changed(poll, node -> node.put("waitMillis", 7.5)),
          changed(poll, node -> node.put("waitMillis", 1L << 40)),
          changed(poll, node -> node.put("id", "../../etc/passwd")),
        }) {
      assertThatThrownBy(() -> CALL.decode(frame)).isInstanceOf(MalformedFrameException.class);
    }
  }

  @Test
  void nullsInListsAreRefused() throws Exception {
    AgentFrame events = new AgentFrame.Events(0, java.util.List.of());
    byte[] frame = changed(events, node -> node.putArray("events").addNull());

    assertThatThrownBy(() -> ANSWER.decode(frame)).isInstanceOf(MalformedFrameException.class);
  }

  @Test
  void deepNestingIsRefused() {
    byte[] frame = new byte[100_000];
    Arrays.fill(frame, (byte) 0x81);
    frame[0] = FrameEncoding.VERSION;

    assertThatThrownBy(() -> ANSWER.decode(frame)).isInstanceOf(MalformedFrameException.class);
  }

  @Test
  void aLengthThatIsNotThereAllocatesNothing() {
    // A byte string of 2^62 bytes, of which three follow.
    byte[] frame = {FrameEncoding.VERSION, 0x5b, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3};

    assertThatThrownBy(() -> FrameEncoding.of(Bytes.class).decode(frame))
        .isInstanceOf(MalformedFrameException.class);
  }

  @Test
  void aFrameThatIsTooLongIsNotSent() {
    var large = new CallerFrame.SshAnswer("1", 0, Bytes.of(new byte[AgentLink.MAX_BYTES]));

    assertThatThrownBy(() -> CALL.encode(large))
        .isInstanceOf(RemoteFailureException.class)
        .hasMessageContaining("too many for the link");
  }

  private static byte[] changed(Object frame, java.util.function.Consumer<ObjectNode> change)
      throws Exception {
    ObjectMapper cbor = new CBORMapper();
    byte[] bytes =
        frame instanceof CallerFrame request
            ? CALL.encode(request)
            : ANSWER.encode((AgentFrame) frame);
    ObjectNode node = (ObjectNode) cbor.readTree(Arrays.copyOfRange(bytes, 1, bytes.length));
    change.accept(node);
    byte[] body = cbor.writeValueAsBytes(node);
    byte[] result = new byte[body.length + 1];
    result[0] = bytes[0];
    System.arraycopy(body, 0, result, 1, body.length);
    return result;
  }
}
