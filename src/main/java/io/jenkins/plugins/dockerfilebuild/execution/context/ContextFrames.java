package io.jenkins.plugins.dockerfilebuild.execution.context;

import io.jenkins.plugins.dockerfilebuild.execution.link.FrameEncoding;

/**
 * Questions and answers as bytes: encoded as the frames of agents are, but longer ones, for a large
 * context's tree is one answer.
 */
final class ContextFrames {

  /** No answer is longer: the tree of a million files and more, or a batch. */
  static final int MAX_BYTES = 256 << 20;

  /** Bytes of files in one answer. */
  static final int BATCH_BYTES = 4 << 20;

  static final FrameEncoding<ContextQuestion> QUESTIONS =
      FrameEncoding.of(ContextQuestion.class, MAX_BYTES);

  static final FrameEncoding<ContextAnswer> ANSWERS =
      FrameEncoding.of(ContextAnswer.class, MAX_BYTES);

  private ContextFrames() {}
}
