package io.jenkins.plugins.dockerfilebuild.execution;

/** The labels that a step's image carries. What an agent knows after a restart stands in them. */
public final class StepLabels {

  /** What all our labels begin with. */
  public static final String PREFIX = "io.jenkins.dockerfile-build.";

  /** The key of the step's content; an image that carries it is a complete result. */
  public static final String KEY = PREFIX + "key";

  /** The key of the step's definition, by which the whole graph is looked up at once. */
  public static final String DEFINITION = PREFIX + "definition";

  /**
   * Whose cache directories went into the result: a digest of their namespace. Absent where none
   * did.
   */
  public static final String CACHES = PREFIX + "caches";

  /** Marks an image that serves steps and is no result; it goes when nothing needs it any more. */
  public static final String AUXILIARY = PREFIX + "auxiliary";

  /** The build that a container or volume belongs to. */
  public static final String SESSION = PREFIX + "session";

  /** What the step took, in milliseconds. */
  public static final String DURATION_MILLIS = PREFIX + "duration-millis";

  private StepLabels() {}
}
