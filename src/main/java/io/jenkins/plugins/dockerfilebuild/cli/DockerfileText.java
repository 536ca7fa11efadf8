package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.dockerfile.SyntaxTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * A Dockerfile as it was read.
 *
 * @param name what the user calls it
 * @param fromFile whether {@code name} is that of a file
 */
record DockerfileText(String name, boolean fromFile, Bytes content) {

  static final String STANDARD_INPUT = "-";

  /** Far above any real one; keeps a mistaken {@code -f disk.img} from filling the memory. */
  private static final int MAX_BYTES = 16 * 1024 * 1024;

  /**
   * Reads a file, or standard input for {@code -}.
   *
   * @throws CommandFailure it is not there, cannot be read, or is too large to be a Dockerfile
   */
  static DockerfileText read(String name, CommandIo io) {
    boolean fromFile = !name.equals(STANDARD_INPUT);
    try (InputStream stream = fromFile ? Files.newInputStream(Path.of(name)) : io.in()) {
      byte[] content = stream.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw CommandFailure.usage(
            "the Dockerfile " + name + " is larger than " + MAX_BYTES + " bytes");
      }
      return new DockerfileText(fromFile ? name : "stdin", fromFile, Bytes.of(content));
    } catch (IOException e) {
      throw CommandFailure.usage(
          "cannot read the Dockerfile " + name + ": " + FileProblem.of(e),
          "-f FILE names another one; without it, it is CONTEXT/Dockerfile");
    } catch (InvalidPathException e) {
      throw CommandFailure.usage("not a file name: " + name);
    }
  }

  /** First stage: its instructions and their words. */
  SyntaxTree syntaxTree() {
    return SyntaxTree.parse(name, content.toArray());
  }

  /** Both stages: typed instructions. */
  Dockerfile dockerfile() {
    return Dockerfile.parse(name, content.toArray());
  }

  /** Its lines, for messages. */
  List<String> lines() {
    return new String(content.toArray(), StandardCharsets.UTF_8).lines().toList();
  }
}
