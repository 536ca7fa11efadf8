package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.archive.DirectoryUnpacking;
import io.jenkins.plugins.dockerfilebuild.build.ImageOutput;
import io.jenkins.plugins.dockerfilebuild.build.OutputTarget;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.BatchOutput;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code --output type=docker|oci|tar|local,dest=PATH}, as in buildx: {@code dest=-} is standard
 * output, a lone path means {@code type=local}, and a lone {@code -} means {@code type=tar}. The
 * image stays in the engine in any case; {@code type=docker} without {@code dest} asks for no more.
 *
 * @param destination empty: nothing is written
 */
record OutputOption(ImageOutput.Type type, Optional<String> destination) {

  private static final String STANDARD_OUTPUT = "-";

  static OutputOption parse(String text) {
    if (text.isEmpty()) {
      throw CommandFailure.usage("--output is empty", "--output . writes into this directory");
    }
    if (!text.contains("=")) {
      return new OutputOption(
          text.equals(STANDARD_OUTPUT) ? ImageOutput.Type.TAR : ImageOutput.Type.LOCAL,
          Optional.of(text));
    }
    AttributeList attributes = new AttributeList("--output", text, List.of("type", "dest"));
    ImageOutput.Type type = type(attributes);
    Optional<String> destination = attributes.get("dest").filter(path -> !path.isEmpty());
    if (destination.isEmpty() && type != ImageOutput.Type.DOCKER) {
      throw attributes.wrong("dest= is missing");
    }
    if (type == ImageOutput.Type.LOCAL && destination.equals(Optional.of(STANDARD_OUTPUT))) {
      throw attributes.wrong(
          "files cannot be written to standard output", "type=tar,dest=- writes an archive");
    }
    return new OutputOption(type, destination);
  }

  private static ImageOutput.Type type(AttributeList attributes) {
    String name = attributes.get("type").orElseThrow(() -> attributes.wrong("type= is missing"));
    for (ImageOutput.Type type : ImageOutput.Type.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(name)) {
        return type;
      }
    }
    throw attributes.wrong("unknown type \"" + name + "\"", "types are docker, oci, tar and local");
  }

  boolean isStandardOutput() {
    return destination.equals(Optional.of(STANDARD_OUTPUT));
  }

  /**
   * What the engine is to write, if anything.
   *
   * @throws CommandFailure it can be seen already that it cannot be written there
   */
  Optional<ImageOutput> output(CommandIo io, Path scratch) {
    return destination.map(name -> new ImageOutput(type, target(name, io), scratch));
  }

  private OutputTarget target(String name, CommandIo io) {
    if (isStandardOutput()) {
      return new StandardOutput(io);
    }
    Path path = Path.of(name);
    boolean directory = type == ImageOutput.Type.LOCAL;
    if (Files.exists(path) && Files.isDirectory(path) != directory) {
      throw CommandFailure.usage(
          "--output dest=%s is %s directory".formatted(name, directory ? "no" : "a"),
          directory ? "type=tar writes an archive" : "type=local writes into a directory");
    }
    return directory ? new Directory(path) : new ArchiveFile(path);
  }

  /** What was written cannot be taken back, should the agent be lost that gives the image. */
  private static final class StandardOutput implements OutputTarget {

    private static final int BATCH_BYTES = 64 * 1024;

    private final CommandIo io;
    private boolean begun;

    StandardOutput(CommandIo io) {
      this.io = io;
    }

    @Override
    public String name() {
      return "standard output";
    }

    @Override
    public void write(AtomicFiles.ContentWriter content) throws IOException {
      if (begun) {
        throw new IOException("its agent was lost when a part of it was written");
      }
      BatchOutput out = new BatchOutput(BATCH_BYTES, this::put);
      content.writeTo(out);
      out.close();
      io.out().flush();
      if (io.out().checkError()) {
        throw new IOException("whoever reads it has gone");
      }
    }

    private void put(byte[] bytes) {
      begun = true;
      io.out().write(bytes, 0, bytes.length);
    }
  }

  private record ArchiveFile(Path path) implements OutputTarget {
    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public void write(AtomicFiles.ContentWriter content) throws IOException {
      try {
        AtomicFiles.writeNamed(path, content);
      } catch (FileSystemException e) {
        throw inWords(e);
      }
    }
  }

  private record Directory(Path path) implements OutputTarget {
    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public void write(AtomicFiles.ContentWriter content) throws IOException {
      try {
        DirectoryUnpacking.unpack(content, path);
      } catch (FileSystemException e) {
        throw inWords(e);
      }
    }
  }

  /** Java's own message is often the name of the file alone. */
  private static IOException inWords(FileSystemException e) {
    return e.getReason() == null ? new IOException(e.getFile() + ": " + FileProblem.of(e), e) : e;
  }
}
