package io.jenkins.plugins.dockerfilebuild.execution.context;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.ContextTree;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.MalformedTreeException;
import io.jenkins.plugins.dockerfilebuild.content.ModificationTimes;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.execution.context.ContextFrames.Answer;
import io.jenkins.plugins.dockerfilebuild.execution.context.ContextFrames.Content;
import io.jenkins.plugins.dockerfilebuild.execution.context.ContextFrames.Question;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentLink;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The build context of one build, read where it lies. What comes from there is checked before it is
 * believed; that the bytes of a file are what they should be is checked by the agent that stores
 * them. Holds a few batches in memory at most. Thread-safe.
 */
public final class RemoteContextTree implements ContextTree, AutoCloseable {

  /**
   * Reading and hashing a large context cold takes minutes; a machine that is gone takes forever.
   */
  private static final long PATIENCE_MINUTES = 30;

  private final AgentLink link;
  private final SmallFiles smallFiles = new SmallFiles(this::batch);

  /**
   * @param link to a {@link ContextEndpoint}; closed with this
   */
  public RemoteContextTree(AgentLink link) {
    this.link = link;
  }

  /**
   * The Dockerfile that the build is about.
   *
   * @throws ContextException it, or the context, is not there or not inside the workspace
   */
  public Bytes dockerfile() {
    return ask(Question.DOCKERFILE, out -> {}, in -> Bytes.of(ContextFrames.readBytes(in)));
  }

  @Override
  public List<String> resolve(String source) {
    return ask(
        Question.RESOLVE,
        out -> ContextFrames.writeString(out, source),
        ContextFrames::readStrings);
  }

  @Override
  public Tree tree(String path) {
    return tree(path, List.of());
  }

  @Override
  public Tree tree(String path, List<String> excludes) {
    Tree tree =
        ask(
            Question.TREE,
            out -> {
              ContextFrames.writeString(out, path);
              ContextFrames.writeStrings(out, excludes);
            },
            RemoteContextTree::readTree);
    smallFiles.learn(tree);
    return tree;
  }

  private static Tree readTree(DataInputStream in) throws IOException {
    Tree tree = Tree.decode(ContextFrames.readBytes(in));
    byte[] times = ContextFrames.readBytes(in);
    return times.length == 0 ? tree : tree.withTimes(ModificationTimes.decode(times));
  }

  @Override
  public InputStream open(Digest content) {
    Optional<byte[]> small = smallFiles.take(content);
    return small.isPresent()
        ? new ByteArrayInputStream(small.get())
        : new RemoteFile(offset -> read(content, offset));
  }

  private byte[] read(Digest content, long offset) {
    return ask(
        Question.READ,
        out -> {
          out.write(content.toBytes());
          out.writeLong(offset);
        },
        ContextFrames::readBytes);
  }

  private List<byte[]> batch(List<Digest> files) {
    List<String> digests = files.stream().map(Digest::toString).toList();
    return ask(
        Question.BATCH,
        out -> ContextFrames.writeStrings(out, digests),
        in -> {
          var contents = new java.util.ArrayList<byte[]>();
          while (in.available() > 0) {
            contents.add(ContextFrames.readBytes(in));
          }
          return contents;
        });
  }

  /** Reads an answer's content. */
  @FunctionalInterface
  private interface Reader<A> {
    A from(DataInputStream in) throws IOException;
  }

  private <A> A ask(Question question, Content content, Reader<A> reader) {
    byte[] answer = await(ContextFrames.frame(question, content));
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(answer))) {
      Answer kind = ContextFrames.kind(in, Answer.values());
      if (kind != Answer.GIVEN) {
        throw problem(kind, ContextFrames.readString(in));
      }
      return reader.from(in);
    } catch (IOException | MalformedTreeException e) {
      throw new ContextException("the answer about the build context is damaged", e);
    }
  }

  private static RuntimeException problem(Answer kind, String message) {
    return kind == Answer.DOCKERFILE_PROBLEM
        ? new DockerfileException("", 0, message, Optional.empty())
        : new ContextException(message);
  }

  private byte[] await(byte[] question) {
    try {
      return link.call(question).get(PATIENCE_MINUTES, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException) new CancellationException("interrupted").initCause(e);
    } catch (TimeoutException e) {
      throw new ContextException(
          "the machine with the build context did not answer for " + PATIENCE_MINUTES + " min", e);
    } catch (ExecutionException e) {
      throw new ContextException(
          "the machine with the build context is lost: " + e.getCause().getMessage(), e);
    }
  }

  /** An empty request ends the service: it remembers what it has read. Then the link goes. */
  @Override
  public void close() {
    try (link) {
      await(new byte[0]);
    } catch (ContextException | CancellationException e) {
      // The next build reads more again; the end of this one is as it is.
      smallFiles.clear();
    }
  }
}
