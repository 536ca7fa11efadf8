package io.jenkins.plugins.dockerfilebuild.execution.context;

import static io.jenkins.plugins.dockerfilebuild.execution.context.ContextFrames.frame;

import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.ContextFolders;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.execution.context.ContextFrames.Answer;
import io.jenkins.plugins.dockerfilebuild.execution.context.ContextFrames.Question;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Answers the questions of one build about its context, where the files are. Opens the context with
 * the first question, so that whatever is wrong with it is an answer. Thread-safe.
 */
public final class ContextEndpoint implements AutoCloseable {

  /** Far above any real one; keeps a mistaken {@code dockerfile: 'disk.img'} from the memory. */
  private static final int MAX_DOCKERFILE = 16 << 20;

  private final Path workspace;
  private final String context;
  private final String dockerfile;
  private final Path state;

  /** Opened by the first question; guarded by this. */
  private Optional<Opened> opened = Optional.empty();

  private record Opened(ContextPlace place, DirectoryContext files) {}

  /**
   * @param context and {@code dockerfile} relative to the workspace
   * @param state folder for what is remembered of contexts between builds
   */
  public ContextEndpoint(Path workspace, String context, String dockerfile, Path state) {
    this.workspace = workspace;
    this.context = context;
    this.dockerfile = dockerfile;
    this.state = state;
  }

  /** Answers one question; one that is no good is answered too, never thrown. */
  public byte[] handle(byte[] request) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(request))) {
      Question question = ContextFrames.kind(in, Question.values());
      return frame(Answer.GIVEN, out -> answer(question, in, out));
    } catch (DockerfileException e) {
      return problem(Answer.DOCKERFILE_PROBLEM, e);
    } catch (ContextException e) {
      return problem(Answer.CONTEXT_PROBLEM, e);
    } catch (IOException | RuntimeException e) {
      return problem(Answer.FAILURE, e);
    }
  }

  private static byte[] problem(Answer kind, Exception e) {
    return frame(kind, out -> ContextFrames.writeString(out, String.valueOf(e.getMessage())));
  }

  private void answer(Question question, DataInputStream in, DataOutputStream out)
      throws IOException {
    switch (question) {
      case DOCKERFILE -> ContextFrames.writeBytes(out, readDockerfile());
      case RESOLVE ->
          ContextFrames.writeStrings(out, opened().files.resolve(ContextFrames.readString(in)));
      case TREE ->
          tree(
              opened().files.tree(ContextFrames.readString(in), ContextFrames.readStrings(in)),
              out);
      case READ -> read(Digest.from(in.readNBytes(Digest.LENGTH)), in.readLong(), out);
      case BATCH -> batch(ContextFrames.readStrings(in), out);
    }
  }

  private byte[] readDockerfile() throws IOException {
    try (InputStream file = Files.newInputStream(opened().place.dockerfile())) {
      byte[] content = file.readNBytes(MAX_DOCKERFILE + 1);
      if (content.length > MAX_DOCKERFILE) {
        throw new ContextException("the Dockerfile has more than " + MAX_DOCKERFILE + " bytes");
      }
      return content;
    }
  }

  private static void tree(Tree tree, DataOutputStream out) throws IOException {
    ContextFrames.writeBytes(out, tree.encoded());
    ContextFrames.writeBytes(
        out, tree.times().map(times -> times.encoded()).orElseGet(() -> new byte[0]));
    if (out.size() > ContextFrames.MAX_BYTES) {
      throw new ContextException(
          "the build context has too many files; leave some out with .dockerignore");
    }
  }

  private void read(Digest digest, long offset, DataOutputStream out) throws IOException {
    try (InputStream file = opened().files.open(digest)) {
      file.skipNBytes(offset);
      ContextFrames.writeBytes(out, file.readNBytes(ContextFrames.BATCH_BYTES));
    }
  }

  /** As many of the files as fit in an answer, at least the first. */
  private void batch(List<String> digests, DataOutputStream out) throws IOException {
    for (String digest : digests) {
      try (InputStream file = opened().files.open(Digest.parse(digest))) {
        ContextFrames.writeBytes(out, file.readNBytes(ContextFrames.BATCH_BYTES));
      }
      if (out.size() >= ContextFrames.BATCH_BYTES) {
        return;
      }
    }
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
                  place,
                  ContextDirectory.open(
                      place.directory(), Optional.of(place.dockerfile()), statCache)));
    }
    return opened.get();
  }

  /** Remembers what was read for the next build. May be closed twice. */
  @Override
  public synchronized void close() {
    opened.ifPresent(context -> context.files.close());
    opened = Optional.empty();
  }
}
