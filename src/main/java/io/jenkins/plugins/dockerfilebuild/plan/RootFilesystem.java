package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import java.util.List;
import java.util.function.IntFunction;

/** The files that a step starts from, that a stage ends with, or that others are taken from. */
public sealed interface RootFilesystem {

  /**
   * What identifies it in a {@link StepKey}: for an image the content of its layers, wherever it
   * comes from and whatever it is called; for a step the step's key.
   */
  StepKey key(IntFunction<StepKey> keyOfStep);

  /** {@code FROM scratch}: nothing. */
  record Scratch() implements RootFilesystem {
    @Override
    public StepKey key(IntFunction<StepKey> keyOfStep) {
      return StepKey.ofLayers(List.of());
    }
  }

  /**
   * An image.
   *
   * @param reference as the Dockerfile, or a named build context, has it
   */
  record Base(String reference, ImageDescription image) implements RootFilesystem {
    @Override
    public StepKey key(IntFunction<StepKey> keyOfStep) {
      return StepKey.ofLayers(image.layers());
    }
  }

  /** What the step with this index leaves behind. */
  record Result(int step) implements RootFilesystem {
    @Override
    public StepKey key(IntFunction<StepKey> keyOfStep) {
      return keyOfStep.apply(step);
    }
  }
}
