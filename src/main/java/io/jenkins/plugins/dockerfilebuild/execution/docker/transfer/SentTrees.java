package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.content.BlobSource;
import io.jenkins.plugins.dockerfilebuild.content.ContentMissingException;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.ModificationTimes;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.execution.TreeReference;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Stream;

/** Trees of build contexts that the agent was sent, as blobs. Thread-safe. */
public record SentTrees(BlobSource blobs) {

  /**
   * The tree with its times, verified.
   *
   * @throws ContentMissingException one of its blobs is missing or broken
   */
  public Tree tree(TreeReference reference) throws IOException {
    Tree tree = Tree.decode(read(reference.tree()));
    return reference.times().isPresent()
        ? tree.withTimes(ModificationTimes.decode(read(reference.times().get())))
        : tree;
  }

  private byte[] read(Digest digest) throws IOException {
    try (InputStream blob = blobs.open(digest)) {
      byte[] bytes = blob.readAllBytes();
      if (!Digest.of(bytes).equals(digest)) {
        throw new ContentMissingException(digest);
      }
      return bytes;
    }
  }

  /** All trees that a step names. */
  public static Stream<TreeReference> of(StepRequest request) {
    if (request.operation() instanceof StepRequest.Run run) {
      return run.mounts().stream()
          .filter(MountRequest.ContextBind.class::isInstance)
          .map(mount -> ((MountRequest.ContextBind) mount).tree());
    }
    if (request.operation() instanceof StepRequest.Transfer transfer) {
      return transfer.sources().stream()
          .filter(StepRequest.ContextSource.class::isInstance)
          .map(source -> ((StepRequest.ContextSource) source).tree());
    }
    return Stream.of();
  }
}
