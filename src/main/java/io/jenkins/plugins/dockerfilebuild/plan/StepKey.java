package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.util.List;

/**
 * Identifies the result of a step by everything that may change it: two steps with equal keys may
 * share one result, on any agent, in any build, whatever files and images are called. Of results
 * that cache directories went into that holds among builds which may read these.
 *
 * <h2>What counts</h2>
 *
 * In this order, each under a name of its own ({@link StepInputs}):
 *
 * <ol>
 *   <li>{@code parent}: the key of the step before; for a base image the diff ids of its layers, so
 *       neither name, tag, image id nor registry; its configuration counts through what the step
 *       sees of it;
 *   <li>{@code platform};
 *   <li>{@code operation}: RUN, COPY, ADD or WORKDIR;
 *   <li>{@code directory PATH}: directories to be made by WORKDIR, with their owner;
 *   <li>RUN: {@code command} (the argument vector with the shell, here-documents included), {@code
 *       script PATH}, {@code user}, {@code working directory}, {@code network}, {@code security},
 *       {@code environment NAME} in the order of the names (ENV, every ARG in scope that has a
 *       value, the default PATH), and by target {@code mount TARGET options} (type, read-only,
 *       {@code size}, {@code mode uid gid} of a cache directory that has no {@code source}, what a
 *       secret is called and where it appears) and {@code mount TARGET content} of a bind mount or
 *       of the seed of a cache directory (a second mount of one target is {@code mount TARGET #2});
 *   <li>COPY and ADD: {@code destination}, {@code owner}, {@code mode} (an octal one in a list,
 *       with the word {@code directories}), {@code parents}, and for each source {@code source N
 *       name} (its last path element where that decides what is made at the destination, the
 *       pattern of {@code --parents}), {@code source N options} and {@code source N content}.
 * </ol>
 *
 * Content is a {@link io.jenkins.plugins.dockerfilebuild.content.Tree} digest (paths below the
 * source, types, modes, link targets, bytes), never a time stamp and never where in the context it
 * lies: moving {@code a/x} to {@code b/x} changes nothing.
 *
 * <h2>What does not count</h2>
 *
 * Time; proxies given as build arguments, unless an ARG declares them; the content of secrets; id,
 * sharing, source path and content of cache directories, for these make a step faster and not
 * another (as in BuildKit since 0.13, {@code checkShouldClearCacheOpts}, which there spares only
 * keys of old of mounts that name neither id nor sharing); the order in which mounts are written;
 * ENTRYPOINT, CMD, LABEL, EXPOSE and all else that only changes the image's configuration; {@code
 * --link}; where and in which build the step ran.
 *
 * <h2>Two keys of one step</h2>
 *
 * What a stage or an image holds is not known when the plan is made. So a step has
 *
 * <ul>
 *   <li>a <em>definition key</em>: such a source counts as the key of the stage's last step (or the
 *       image's layers) and the paths taken from it. It is known for the whole graph at once and
 *       looked up first;
 *   <li>a <em>content key</em>: it counts as the digest of what the paths hold. It can be had as
 *       soon as the source has a result, and is tried when nothing is found under the first.
 * </ul>
 *
 * The content key names the result, the definition key is an alias of it: a result is recorded
 * under both, and who continues from it computes the content key of the next step from this step's
 * content key. So when a stage has run again and made the same files, the steps that copy them are
 * found by content, and all behind them as well. Where no step of a chain has such a source, both
 * keys are the same.
 *
 * <h2>Encoding, version 1</h2>
 *
 * SHA-256 over {@code "dockerfile-build step key 1\n"}, then the number of inputs, then each input
 * as its name, one byte for the kind, and the value. Numbers are 4 bytes, big-endian; a text is the
 * length of its UTF-8 form in bytes and those bytes; a list is its size and its texts; a digest or
 * key is its 32 bytes.
 *
 * <pre>
 * kind  value
 * 1     text
 * 2     list of texts
 * 3     parent: key
 * 4     content: digest
 * 5     definition: key of the source's step or layers, list of the paths
 * </pre>
 *
 * The key of layers is the SHA-256 over {@code "dockerfile-build layers 1\n"}, their number, and
 * their digests from the lowest up. A change of any of this takes a new version number.
 */
public record StepKey(Digest digest) implements Comparable<StepKey> {

  private static final String LAYERS = "dockerfile-build layers 1\n";

  /** Reads what {@link #toString} prints. */
  public static StepKey parse(String text) {
    return new StepKey(new Digest(text));
  }

  /** What stands for an image with these layers (diff ids, lowest first); none is scratch. */
  static StepKey ofLayers(List<Digest> layers) {
    KeyEncoder encoder = new KeyEncoder().raw(LAYERS).number(layers.size());
    layers.forEach(encoder::digest);
    return encoder.toKey();
  }

  @Override
  public int compareTo(StepKey other) {
    return digest.compareTo(other.digest);
  }

  /** 64 hex digits, as they stand in labels and reports. */
  @Override
  public String toString() {
    return digest.hex();
  }
}
