package io.jenkins.plugins.dockerfilebuild.execution;

import io.jenkins.plugins.dockerfilebuild.content.BlobSource;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that a build asks of one agent. In-process it is the engine itself; over a network it
 * is the far end of a link. Thread-safe; every call has a time limit, except the command of a RUN.
 *
 * <p>An engine that is gone shows as {@link AgentLostException} from any call, and so does a disk
 * of the engine or the agent that is full, from those that take in, make or give blobs and images.
 * The interruption of the calling thread shows as {@link
 * java.util.concurrent.CancellationException}.
 */
public interface AgentServices extends AutoCloseable {

  /** What the agent's engine says of itself. Asked once, when the agent joins. */
  AgentInfo info();

  /**
   * The step results that this agent holds, from the labels of its images; by their key, and by
   * {@code KEY@CACHES} where they have an owner ({@link StepLabels#CACHES}).
   */
  Map<String, StepImage> inventory();

  /** Whether the image is still there, as a hit is verified when it is used. */
  boolean holdsImage(String imageId);

  /**
   * Finds a base image by name, tag or digest.
   *
   * @param login for the image's registry, if it is to be asked
   * @return empty when the engine lacks it and no registry was to be asked or knows it
   * @throws ImageUnavailableException the registry refused or did not answer
   */
  Optional<ImageDescription> resolveImage(
      String reference, String platform, PullPolicy pull, Optional<RegistryLogin> login);

  /**
   * Those of {@code blobs} that the agent lacks. An agent that holds the blob of a {@link
   * io.jenkins.plugins.dockerfilebuild.content.Tree} holds the tree's files too: callers store the
   * tree's own blob last, and the agent drops it first.
   */
  Set<Digest> missingBlobs(Collection<Digest> blobs);

  /**
   * Stores blobs, each verified against its digest, in any order and several at once; all are
   * stored when it returns. Over a network they travel in batches.
   *
   * @param source holds all of {@code blobs}; each is opened once, and not if it is here already
   * @throws IOException bytes are not those of their digest, or {@code source} fails
   */
  void storeBlobs(Collection<Digest> blobs, BlobSource source) throws IOException;

  /** Runs one step. Interrupting the calling thread stops the step's container within seconds. */
  StepOutcome run(StepRequest request, StepOutput output);

  /**
   * The digest of what a path of an image holds: the content half of the key of {@code COPY --from}
   * and of a bind mount from a stage. Wildcards as in COPY; a missing path is an error of the step
   * that asks ({@link SourceNotFoundException}).
   */
  Digest digestOf(String imageId, List<String> paths, List<String> excludes);

  /**
   * Makes an image that holds nothing but some paths of another one, for an agent that takes no
   * more than these from it. {@link #digestOf} should answer the same for both; whether it does is
   * for the caller to ask.
   *
   * @param mostBytes that the files may hold together
   * @return its id; empty if they hold more, or if a path does not tell where its files lie (the
   *     root, or one with wildcards before its last element)
   * @throws SourceNotFoundException as {@link #digestOf}
   */
  Optional<String> partOf(
      String imageId, List<String> paths, List<String> excludes, long mostBytes);

  /**
   * Writes the image so that {@link #importImage} of another agent can take it, leaving out the
   * tars of layers that the receiver has.
   */
  void exportImage(String imageId, Set<Digest> receiverHasLayers, OutputStream archive)
      throws IOException;

  /** Takes an image and answers its id here: see {@link ReceivedImage}. */
  String importImage(InputStream archive) throws IOException;

  /**
   * Takes an image straight from another agent of the pool, layers that are here already excepted,
   * so that its bytes do not pass through the caller.
   *
   * @param from the other's name in the pool
   * @return what came; empty where there is no way to the other, or it broke: the caller may then
   *     carry the image itself
   * @throws IOException this agent cannot take it
   */
  default Optional<ReceivedImage> fetchImage(String imageId, String from) throws IOException {
    return Optional.empty();
  }

  /** What an image here is: its layers, and its configuration with the history of its steps. */
  ImageDescription describe(String imageId);

  /**
   * Those of an image's layers (diff ids, lowest first) that are here already, in the same order on
   * the same layers, so that the image can come without them.
   */
  Set<Digest> heldLayers(List<Digest> layers);

  /**
   * Makes the final image: the layers of {@code layersOf} (empty: none) under exactly this
   * configuration. Its creation time is that of the last line of history.
   */
  String assemble(Optional<String> layersOf, ImageConfig config, List<String> tags);

  /** Writes an image for the user, in the format of {@code docker save}. */
  void saveImage(String imageId, List<String> tags, OutputStream archive) throws IOException;

  /**
   * Pushes an image to the registry that its name names.
   *
   * @param reference a tag that {@link #assemble} gave
   * @return the digest under which the registry has the image's manifest
   * @throws PushFailedException the registry does not take it
   */
  Digest pushImage(String reference, Optional<RegistryLogin> login, PushListener listener);

  /**
   * Puts images that are in a registry under one name there; see {@link ImageIndex}.
   *
   * @return the digest of the list
   * @throws PushFailedException the registry does not take it
   */
  Digest pushIndex(ImageIndex index, Optional<RegistryLogin> login);

  CacheDirectories cacheDirectories();

  /** The same directories as replicas of versions that the pool shares. */
  CacheReplicas cacheReplicas();

  /** What else the agent keeps for later builds. */
  AgentStorage storage();

  /** Stops what this caller still has running, and lets the connection go. */
  @Override
  void close();
}
