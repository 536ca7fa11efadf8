package io.jenkins.plugins.dockerfilebuild.execution.context;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.ContextFolders;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.content.ModificationTimes;
import io.jenkins.plugins.dockerfilebuild.content.RemoteContent;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSources;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.execution.context.ContextAnswer.Refused.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers the questions of one build about its context, where the files are, and fetches there what
 * ADD takes from networks. Opens the context with the first question, so that whatever is wrong
 * with it is an answer. Thread-safe.
 */
public final class ContextEndpoint implements AutoCloseable {

  /** Far above any real one; keeps a mistaken {@code dockerfile: 'disk.img'} from the memory. */
  private static final int MAX_DOCKERFILE = 16 << 20;

  /** More than what a frame has beside what it carries. */
  private static final int FRAME_BYTES = 1024;

  private final Path workspace;
  private final String context;
  private final Optional<String> dockerfile;
  private final Path state;
  private final RemoteSources sources;

  /** Fetch now; interrupted when the build has no more use for it. */
  private final Set<Thread> fetching = ConcurrentHashMap.newKeySet();

  /** Opened by the first question; guarded by this. */
  private Optional<Opened> opened = Optional.empty();

  private record Opened(ContextPlace place, DirectoryContext files) {}

  /**
   * @param context and {@code dockerfile} relative to the workspace
   * @param dockerfile {@code ""}: that of the context; empty: it has none, nor an ignore file for
   *     one
   * @param state folder for what is remembered of contexts between builds
   * @param sources fetches from networks
   */
  public ContextEndpoint(
      Path workspace,
      String context,
      Optional<String> dockerfile,
      Path state,
      RemoteSources sources) {
    this.workspace = workspace;
    this.context = context;
    this.dockerfile = dockerfile;
    this.state = state;
    this.sources = sources;
  }

  /** Answers one question; one that is no good is answered too, never thrown. */
  public byte[] handle(byte[] request) {
    return ContextFrames.ANSWERS.encode(answerOrRefuse(request));
  }

  private ContextAnswer answerOrRefuse(byte[] request) {
    try {
      return answer(ContextFrames.QUESTIONS.decode(request));
    } catch (DockerfileException e) {
      return refused(Kind.DOCKERFILE, e);
    } catch (ContextException e) {
      return refused(Kind.CONTEXT, e);
    } catch (IOException | RuntimeException e) {
      return refused(Kind.FAILURE, e);
    }
  }

  private static ContextAnswer refused(Kind kind, Exception e) {
    return new ContextAnswer.Refused(kind, String.valueOf(e.getMessage()));
  }

  private ContextAnswer answer(ContextQuestion question) throws IOException {
    if (question instanceof ContextQuestion.Resolve resolve) {
      return new ContextAnswer.Paths(opened().files.resolve(resolve.source()));
    }
    if (question instanceof ContextQuestion.Files files) {
      return files(opened().files.tree(files.path(), files.leftOut()));
    }
    if (question instanceof ContextQuestion.Read read) {
      return read(read.file(), read.offset());
    }
    if (question instanceof ContextQuestion.Batch batch) {
      return batch(batch.files());
    }
    if (question instanceof ContextQuestion.Download download) {
      return fetched(download.source());
    }
    if (question instanceof ContextQuestion.Checkout checkout) {
      return fetched(checkout.source());
    }
    return dockerfile();
  }

  private ContextAnswer fetched(RemoteSource source) {
    Thread thread = Thread.currentThread();
    fetching.add(thread);
    try {
      RemoteContent content = sources.fetch(source);
      return new ContextAnswer.Fetched(files(content.tree()), content.identity());
    } catch (InterruptedException e) {
      throw new ContextException("ADD of " + source.text() + ": canceled", e);
    } finally {
      fetching.remove(thread);
    }
  }

  private ContextAnswer dockerfile() throws IOException {
    Path path =
        opened()
            .place
            .dockerfile()
            .orElseThrow(() -> new ContextException("this build context has no Dockerfile"));
    try (InputStream file = Files.newInputStream(path)) {
      byte[] content = file.readNBytes(MAX_DOCKERFILE + 1);
      if (content.length > MAX_DOCKERFILE) {
        throw new ContextException("the Dockerfile has more than " + MAX_DOCKERFILE + " bytes");
      }
      return new ContextAnswer.Content(Bytes.of(content));
    }
  }

  private static ContextAnswer.Files files(Tree tree) {
    byte[] encoded = tree.encoded();
    Optional<byte[]> times = tree.times().map(ModificationTimes::encoded);
    long length = (long) encoded.length + times.map(bytes -> bytes.length).orElse(0);
    if (length > ContextFrames.MAX_BYTES - FRAME_BYTES) {
      throw new ContextException(
          "the build context has too many files; leave some out with .dockerignore");
    }
    return new ContextAnswer.Files(Bytes.of(encoded), times.map(Bytes::of));
  }

  private ContextAnswer read(Digest digest, long offset) throws IOException {
    try (InputStream file = open(digest)) {
      file.skipNBytes(offset);
      return new ContextAnswer.Content(Bytes.of(file.readNBytes(ContextFrames.BATCH_BYTES)));
    }
  }

  /** As many of the files as fit in an answer, at least the first. */
  private ContextAnswer batch(List<Digest> digests) throws IOException {
    List<Bytes> files = new ArrayList<>();
    long bytes = 0;
    for (Digest digest : digests) {
      try (InputStream file = open(digest)) {
        files.add(Bytes.of(file.readNBytes(ContextFrames.BATCH_BYTES)));
      }
      bytes += files.get(files.size() - 1).size();
      if (bytes >= ContextFrames.BATCH_BYTES) {
        break;
      }
    }
    return new ContextAnswer.Batch(files);
  }

  /** The bytes of a file of any tree that was answered, or of what was fetched. */
  public InputStream open(Digest digest) throws IOException {
    Optional<InputStream> fetched = sources.open(digest);
    return fetched.isPresent() ? fetched.get() : opened().files.open(digest);
  }

  private synchronized Opened opened() {
    if (opened.isEmpty()) {
      ContextPlace place = ContextPlace.find(workspace, context, dockerfile);
      Path folder =
          ContextFolders.below(state.resolve("contexts")).of(place.directory().toString());
      Path statCache = folder.resolve("stat-cache");
      opened =
          Optional.of(
              new Opened(
                  place, ContextDirectory.open(place.directory(), place.dockerfile(), statCache)));
    }
    return opened.get();
  }

  /** Remembers what was read for the next build. May be closed twice. */
  @Override
  public void close() {
    fetching.forEach(Thread::interrupt);
    synchronized (this) {
      opened.ifPresent(context -> context.files.close());
      opened = Optional.empty();
    }
  }
}
