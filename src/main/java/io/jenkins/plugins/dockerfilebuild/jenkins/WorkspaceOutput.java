package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.FilePath;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.dockerfilebuild.build.ImageOutput;
import io.jenkins.plugins.dockerfilebuild.build.OutputTarget;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.jenkins.link.AgentRuntime;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a build writes of its image into the workspace, {@code type=…,dest=…}. The image's archive
 * goes to the workspace's agent as the engine writes it, and becomes there what was asked for.
 */
record WorkspaceOutput(ImageOutput.Type type, String dest) {

  private static final Map<String, ImageOutput.Type> TYPES =
      Arrays.stream(ImageOutput.Type.values())
          .collect(Collectors.toMap(type -> type.name().toLowerCase(Locale.ROOT), type -> type));

  /** Large enough that few packets cross the channel, small beside its window of 1 MiB. */
  private static final int BUFFER_BYTES = 256 * 1024;

  /**
   * As a user writes it.
   *
   * @throws IllegalArgumentException it says no type or no place in the workspace
   */
  static WorkspaceOutput parse(String text) {
    String type = "";
    String dest = "";
    for (String part : text.split(",", -1)) {
      int sign = part.indexOf('=');
      String name = sign < 0 ? "" : part.substring(0, sign).strip();
      switch (name) {
        case "type" -> type = part.substring(sign + 1).strip().toLowerCase(Locale.ROOT);
        case "dest" -> dest = part.substring(sign + 1).strip();
        default -> throw wrong(text, "write type=docker|oci|tar|local,dest=PATH");
      }
    }
    if (!TYPES.containsKey(type)) {
      throw wrong(text, "types are docker, oci, tar and local");
    }
    if (dest.isEmpty() || dest.startsWith("/") || List.of(dest.split("/")).contains("..")) {
      throw wrong(text, "dest= is a path in the workspace, relative to it");
    }
    return new WorkspaceOutput(TYPES.get(type), dest);
  }

  private static IllegalArgumentException wrong(String text, String remedy) {
    return new IllegalArgumentException("outputs: \"" + text + "\": " + remedy);
  }

  /**
   * What the engine is to write, and where.
   *
   * @param runtime on the workspace's agent
   * @param names of the image
   */
  ImageOutput output(FilePath workspace, AgentRuntime runtime, List<String> names) {
    return new ImageOutput(
        type, ImageOutput.Type.DOCKER, new Target(workspace, runtime, names), Path.of("unused"));
  }

  private final class Target implements OutputTarget {

    private final FilePath workspace;
    private final AgentRuntime runtime;
    private final List<String> names;

    Target(FilePath workspace, AgentRuntime runtime, List<String> names) {
      this.workspace = workspace;
      this.runtime = runtime;
      this.names = names;
    }

    @Override
    public String name() {
      return dest + " in the workspace";
    }

    @Override
    public void write(AtomicFiles.ContentWriter content) throws IOException {
      try {
        if (!workspace.isDescendant(dest)) {
          throw new IOException("a link leads out of the workspace");
        }
        FilePath archive = temporary(workspace).createTempFile("image-", ".part");
        try {
          try (OutputStream out = new BufferedOutputStream(archive.write(), BUFFER_BYTES)) {
            content.writeTo(out);
          }
          runtime.export(
              type.name().toLowerCase(Locale.ROOT),
              archive.getRemote(),
              workspace.child(dest).getRemote(),
              names);
        } finally {
          archive.delete();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("canceled");
      }
    }

    /** Beside the workspace: what is left of an archive there would be in the next context. */
    private static FilePath temporary(FilePath workspace) throws IOException, InterruptedException {
      FilePath folder = WorkspaceList.tempDir(workspace);
      if (folder == null) {
        return workspace; // The root of a file system has nothing beside it.
      }
      folder.mkdirs();
      return folder;
    }
  }
}
