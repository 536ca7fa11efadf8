package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.content.BlobSource;
import io.jenkins.plugins.dockerfilebuild.content.ProducedStream;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.ContextSource;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.ImageSource;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.InlineSource;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.Transfer;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest.TransferSource;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles.Kind;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ImageUsers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * COPY and ADD: writes files of the build context, of other images and of here-documents into a
 * container that was created and never started, as one tar stream that is made while the engine
 * unpacks it. Memory does not grow with what is copied.
 *
 * <p>The rules are BuildKit's; {@link TransferTarget}, {@link ImageSelection} and {@link
 * ArchiveUnpacking} name them. One is stricter on purpose: several files for a destination that is
 * no directory are refused, also where a wildcard made them several; BuildKit lets the last one
 * replace the others without a word. Thread-safe.
 */
public final class FileTransfer {

  /**
   * What the engine says of a directory in the way of a file or the reverse. The path begins with a
   * slash in Docker 20.10 and without one in 28.5.
   */
  private static final Pattern IN_THE_WAY =
      Pattern.compile("cannot overwrite (non-)?directory \\\\?\"/?([^\"\\\\]*)");

  private final BlobSource blobs;
  private final ImageContainers images;
  private final InstantSource clock;

  /** Over the blobs of an agent and the images of its engine. */
  public FileTransfer(BlobSource blobs, ImageContainers images, InstantSource clock) {
    this.blobs = blobs;
    this.images = images;
    this.clock = clock;
  }

  /**
   * Copies everything. Interrupting the calling thread stops it; the container then holds part.
   *
   * @param owner of {@code --chown}, resolved in the container's image; empty: root for files of
   *     the context and here-documents, their own for files of images
   * @param notices is told what the user should know, while the calling thread waits here
   * @throws TransferException it cannot be done as written
   * @throws io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException a path is not in
   *     the image that it names
   */
  public void perform(
      Transfer transfer,
      ContainerFiles container,
      Optional<ImageUsers.Owner> owner,
      Consumer<String> notices)
      throws IOException {
    TransferTarget.Options options =
        new TransferTarget.Options(
            owner, transfer.mode().map(ModeChange::parse), clock.instant(), notices);
    // All requests to the container come first: the engine locks it while it unpacks.
    ContainerPath destination = ContainerPath.follow(container, transfer.destination());
    Set<String> left = waysThere(transfer, destination, container);
    try (ProducedStream archive =
        ProducedStream.of(
            "transfer to " + transfer.destination(),
            out -> {
              try (TarWriter tar = new TarWriter(out)) {
                TransferTarget target =
                    new TransferTarget(destination, transfer.destination(), options, tar);
                write(transfer, target, left);
                target.finish();
              }
            })) {
      send(archive, container);
    }
  }

  /** Of the directories on the way to what {@code --parents} copies those that are there. */
  private Set<String> waysThere(
      Transfer transfer, ContainerPath destination, ContainerFiles container) throws IOException {
    Set<String> there = new HashSet<>();
    if (!transfer.parents() || !destination.isDirectory()) {
      return there;
    }
    there.add(destination.path());
    for (TransferSource source : transfer.sources()) {
      for (String way : ways(source)) {
        String path = ContainerPath.child(destination.path(), way);
        if (there.contains(ContainerPath.parent(path)) && isDirectory(path, container)) {
          there.add(path);
        }
      }
    }
    return there;
  }

  private List<String> ways(TransferSource source) throws IOException {
    if (source instanceof ImageSource image) {
      return ImageFiles.ways(image, images);
    }
    return source instanceof ContextSource context ? ContextFiles.ways(context, blobs) : List.of();
  }

  private static boolean isDirectory(String path, ContainerFiles container) throws IOException {
    return container.stat(path).filter(stat -> stat.kind() == Kind.DIRECTORY).isPresent();
  }

  private void write(Transfer transfer, TransferTarget target, Set<String> left)
      throws IOException {
    for (TransferSource source : transfer.sources()) {
      if (source instanceof ContextSource context) {
        new ContextFiles(blobs, target).copy(context, left);
      } else if (source instanceof ImageSource image) {
        new ImageFiles(images, target, left).copy(image, transfer.parents());
      } else if (source instanceof InlineSource inline) {
        write(inline, target);
      }
    }
  }

  private static void write(InlineSource inline, TransferTarget target) throws IOException {
    FileAttributes attributes =
        target.placed(FileAttributes.ofRoot(inline.mode(), target.now()), false);
    try (InputStream content = inline.content().openStream()) {
      target
          .tar()
          .file(target.pathOfFile(inline.name()), attributes, inline.content().size(), content);
    }
  }

  private static void send(ProducedStream archive, ContainerFiles container) throws IOException {
    try {
      container.write("/", archive);
    } catch (IOException | RuntimeException e) {
      archive.throwFailure();
      refuseWhatIsInTheWay(e);
      throw e;
    }
    archive.throwFailure();
  }

  private static void refuseWhatIsInTheWay(Exception engine) {
    for (Throwable t = engine; t != null; t = t.getCause()) {
      Matcher matcher = IN_THE_WAY.matcher(String.valueOf(t.getMessage()));
      if (matcher.find()) {
        String found = matcher.group(1) == null ? "a directory" : "not a directory";
        String wanted = matcher.group(1) == null ? "a file" : "a directory";
        throw new TransferException(
            "cannot copy %s to /%s: there is %s".formatted(wanted, matcher.group(2), found),
            engine);
      }
    }
  }
}
