package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;

/**
 * Answers to calls as bytes: each as a frame, but for those that are bytes anyway, which are
 * megabytes and stay as they are.
 *
 * @param <A> the answer
 */
final class AnswerEncoding<A> {

  private final FrameEncoding<A> frames;

  AnswerEncoding(AgentCall<A> call) {
    frames = FrameEncoding.ofAnswer(call);
  }

  /**
   * @throws RemoteFailureException it is longer than a frame may be
   */
  Bytes encode(A answer) {
    return answer instanceof Bytes bytes ? bytes : Bytes.owning(frames.encode(answer));
  }

  /**
   * @throws MalformedFrameException it is no answer to that call
   */
  A decode(Bytes answer) throws MalformedFrameException {
    return frames.isOf(Bytes.class) ? frames.cast(answer) : frames.decode(answer.toArray());
  }
}
