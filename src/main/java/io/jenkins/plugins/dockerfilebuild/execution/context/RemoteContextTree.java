package io.jenkins.plugins.dockerfilebuild.execution.context;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.ContextTree;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.MalformedTreeException;
import io.jenkins.plugins.dockerfilebuild.content.ModificationTimes;
import io.jenkins.plugins.dockerfilebuild.content.RemoteContent;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSources;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentLink;
import io.jenkins.plugins.dockerfilebuild.execution.link.MalformedFrameException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Neighbour neighbour;
  private final SmallFiles smallFiles = new SmallFiles(this::batch);

  /** Files of what was fetched from networks. */
  private final Set<Digest> fetched = ConcurrentHashMap.newKeySet();

  /**
   * @param link to a {@link ContextEndpoint}; closed with this
   */
  public RemoteContextTree(AgentLink link) {
    this(link, (agent, files) -> Set.of());
  }

  /**
   * @param neighbour stores files of this context where they lie
   */
  public RemoteContextTree(AgentLink link, Neighbour neighbour) {
    this.link = link;
    this.neighbour = neighbour;
  }

  /** An agent on the machine that has the context; see {@link ContextTree#storeBeside}. */
  @FunctionalInterface
  public interface Neighbour {

    Set<Digest> store(String agent, Set<Digest> files);
  }

  /**
   * The Dockerfile that the build is about.
   *
   * @throws ContextException it, or the context, is not there or not inside the workspace
   */
  public Bytes dockerfile() {
    return ask(new ContextQuestion.Dockerfile(), ContextAnswer.Content.class).bytes();
  }

  /** Fetches what ADD takes from networks on the machine that has the context. */
  public RemoteSources sources() {
    return new RemoteSources() {
      @Override
      public RemoteContent fetch(RemoteSource source) {
        return RemoteContextTree.this.fetch(source);
      }

      @Override
      public Optional<InputStream> open(Digest content) {
        return fetched.contains(content)
            ? Optional.of(RemoteContextTree.this.open(content))
            : Optional.empty();
      }
    };
  }

  private RemoteContent fetch(RemoteSource source) {
    ContextQuestion question =
        source instanceof RemoteSource.Git git
            ? new ContextQuestion.Checkout(git)
            : new ContextQuestion.Download((RemoteSource.Download) source);
    ContextAnswer.Fetched answer = ask(question, ContextAnswer.Fetched.class);
    Tree tree = tree(answer.files());
    smallFiles.learn(tree);
    tree.entries().stream().map(TreeEntry::content).filter(Objects::nonNull).forEach(fetched::add);
    return new RemoteContent(tree, answer.identity());
  }

  @Override
  public List<String> resolve(String source) {
    return ask(new ContextQuestion.Resolve(source), ContextAnswer.Paths.class).paths();
  }

  @Override
  public Tree tree(String path) {
    return tree(path, List.of());
  }

  @Override
  public Tree tree(String path, List<List<String>> leftOut) {
    Tree tree = tree(ask(new ContextQuestion.Files(path, leftOut), ContextAnswer.Files.class));
    smallFiles.learn(tree);
    return tree;
  }

  private static Tree tree(ContextAnswer.Files files) {
    try {
      Tree tree = Tree.decode(files.tree().toArray());
      return files.times().isEmpty()
          ? tree
          : tree.withTimes(ModificationTimes.decode(files.times().get().toArray()));
    } catch (MalformedTreeException e) {
      throw damaged(e);
    }
  }

  @Override
  public InputStream open(Digest content) {
    Optional<byte[]> small = smallFiles.take(content);
    return small.isPresent()
        ? new ByteArrayInputStream(small.get())
        : new RemoteFile(offset -> read(content, offset));
  }

  @Override
  public Set<Digest> storeBeside(String agent, Set<Digest> files) {
    return neighbour.store(agent, files);
  }

  private byte[] read(Digest content, long offset) {
    return ask(new ContextQuestion.Read(content, offset), ContextAnswer.Content.class)
        .bytes()
        .toArray();
  }

  private List<byte[]> batch(List<Digest> files) {
    return ask(new ContextQuestion.Batch(files), ContextAnswer.Batch.class).files().stream()
        .map(Bytes::toArray)
        .toList();
  }

  private <A extends ContextAnswer> A ask(ContextQuestion question, Class<A> expected) {
    byte[] frame = await(ContextFrames.QUESTIONS.encode(question));
    try {
      ContextAnswer answer = ContextFrames.ANSWERS.decode(frame);
      if (answer instanceof ContextAnswer.Refused refused) {
        throw refused.exception();
      }
      return expected.cast(answer);
    } catch (MalformedFrameException | ClassCastException e) {
      throw damaged(e);
    }
  }

  private static ContextException damaged(Exception e) {
    return new ContextException("the answer about the build context is damaged", e);
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
