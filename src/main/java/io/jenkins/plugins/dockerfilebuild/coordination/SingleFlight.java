package io.jenkins.plugins.dockerfilebuild.coordination;

import java.util.Optional;

/**
 * Has a result made once by all who need it at the same time: the first leads, the others follow,
 * see what is printed and take what comes out. If the leader dies, a follower leads. Thread-safe.
 *
 * <p>Results stay known for a while, so a build finds what another has made since it asked the
 * agents what they hold. Soft: the agent says whether the image is there.
 */
public interface SingleFlight {

  /** Takes part in the making of a result. Never waits. */
  Part join(Request request);

  /**
   * Who takes part in what.
   *
   * @param key of the result
   * @param who takes part, as others should read it
   * @param unusable a result that is known and does not help: it is gone, or on an agent that the
   *     build does not use
   */
  record Request(String key, String who, Optional<Result> unusable) {}

  /**
   * A result as an agent holds it.
   *
   * @param agent its id, which is the same for all builds
   */
  record Result(String agent, String imageId, long durationMillis) {}

  /** One's part. */
  sealed interface Part permits Leader, Follower {}

  /** Makes the result. Closing without {@link #made} or {@link #failed} lets a follower lead. */
  non-sealed interface Leader extends Part, AutoCloseable {

    /** It is being made; from now on followers may wait for long. */
    void begun();

    /** A line that the step printed. Never waits; what nobody has read yet is bounded. */
    void printed(String line, boolean error);

    /** It is there. */
    void made(Result result);

    /** It cannot be made here: whoever needs it must see for himself. */
    void failed();

    @Override
    void close();
  }

  /** Waits for the result. */
  non-sealed interface Follower extends Part {

    /** Who leads. */
    String leader();

    /** Whether it is still being made, as far as is known. */
    boolean isUnderWay();

    /** Waits for the end, and hands on what is printed until then. */
    End await(Listener listener) throws InterruptedException;
  }

  /** Is told what the leader prints. */
  interface Listener {

    /** The next line. */
    void printed(String line, boolean error);

    /** Lines were lost, for more was printed than is kept. */
    void leftOut(long lines);
  }

  /** What became of a flight. */
  sealed interface End {

    /** The result is there. */
    record Made(Result result) implements End {}

    /** The leader is gone: join again. */
    record Vacant() implements End {}

    /** Make it without the others. */
    record Alone(String reason) implements End {}
  }
}
