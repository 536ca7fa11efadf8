package io.jenkins.plugins.dockerfilebuild.report;

import io.jenkins.plugins.dockerfilebuild.plan.Miss;

/** Why a step runs, in words. */
final class MissReason {

  private MissReason() {}

  /** A clause that goes after "because": {@code src/App.java changed}. */
  static String of(Miss miss) {
    String detail = PrintableText.of(miss.detail()).strip();
    return detail.isEmpty() ? of(miss.cause()) : detail;
  }

  private static String of(Miss.Cause cause) {
    return switch (cause) {
      case FIRST_BUILD -> "no earlier build of this Dockerfile is known here";
      case NEW_STEP -> "the step is new";
      case PARENT -> "a step before it has another result";
      case INSTRUCTION -> "the instruction changed";
      case ENVIRONMENT -> "a variable changed";
      case SETTINGS -> "its settings changed";
      case MOUNT_OPTIONS -> "options of a mount changed";
      case MOUNT_CONTENT -> "what a mount shows changed";
      case COPIED_CONTENT -> "what it copies changed";
      case RESULT_GONE -> "its result is gone from every agent";
      case NO_CACHE -> "the build was told to run every step";
    };
  }
}
