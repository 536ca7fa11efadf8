package io.jenkins.plugins.dockerfilebuild.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The {@code git} of this machine, with the user's own configuration: credential helpers and SSH
 * work as they do in a shell, except that nobody is asked. Only the network's protocols may be
 * spoken, also by submodules: none that reads files or runs programs of this machine.
 */
final class GitProgram {

  private static final int MOST_OUTPUT_BYTES = 16 << 20;
  private static final int LAST_WORDS = 500;

  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "GIT_TERMINAL_PROMPT", "0",
          "GIT_ALLOW_PROTOCOL", "git:http:https:ssh",
          "GIT_LFS_SKIP_SMUDGE", "1",
          "LC_ALL", "C");

  private final FetchLimits limits;
  private final Map<String, String> proxies;

  /**
   * @param proxies variables that it gets beside those of this process; its own configuration comes
   *     before them
   */
  GitProgram(FetchLimits limits, Map<String, String> proxies) {
    this.limits = limits;
    this.proxies = proxies;
  }

  /** It ended with a status that is not 0. */
  static final class FailedException extends IOException {

    private static final long serialVersionUID = 1;

    private FailedException(String message) {
      super(message);
    }
  }

  /**
   * Runs it to its end.
   *
   * @return what it printed
   * @throws FailedException it failed; the message is its own
   * @throws IOException it is not there, or took too long
   */
  String run(Path directory, String... arguments) throws IOException {
    return run(directory, Long.MAX_VALUE, arguments);
  }

  /**
   * As {@link #run}, for what fills {@code directory}.
   *
   * @throws IOException also where the directory comes to hold more than the limit
   */
  void fill(Path directory, String... arguments) throws IOException {
    run(directory, limits.bytes(), arguments);
  }

  private String run(Path directory, long mostBytes, String... arguments) throws IOException {
    Path errors = Files.createTempFile("git", ".txt");
    try {
      Process process = start(directory, errors, arguments);
      try (DirectoryBound bound = DirectoryBound.begin(directory, mostBytes, () -> end(process))) {
        process.getOutputStream().close();
        return finish(process, errors, bound);
      } finally {
        end(process);
      }
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  private Process start(Path directory, Path errors, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectError(errors.toFile());
    builder.environment().putAll(ENVIRONMENT);
    builder.environment().putAll(proxies);
    // What a caller inside a repository has set would mean that one.
    builder.environment().keySet().removeAll(List.of("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"));
    try {
      return builder.start();
    } catch (IOException e) {
      throw new IOException(
          "the program git is not there: install it on the machine that has the build context", e);
    }
  }

  private String finish(Process process, Path errors, DirectoryBound bound) throws IOException {
    CompletableFuture<Void> limit =
        process
            .onExit()
            .completeOnTimeout(process, limits.whole().toMillis(), TimeUnit.MILLISECONDS)
            .thenAccept(GitProgram::end);
    try (InputStream stream = process.getInputStream()) {
      String output = new String(stream.readNBytes(MOST_OUTPUT_BYTES), StandardCharsets.UTF_8);
      int status = process.waitFor();
      bound.check();
      if (status != 0) {
        throw new FailedException(reason(errors, status));
      }
      return output;
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted");
    } finally {
      limit.cancel(false);
    }
  }

  /** It and its helpers. */
  private static void end(Process process) {
    if (process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String reason(Path errors, int status) throws IOException {
    String said = Files.readString(errors, StandardCharsets.ISO_8859_1).strip();
    String last = said.substring(Math.max(0, said.length() - LAST_WORDS)).replace('\n', ' ');
    return last.isEmpty() ? "git ended with status " + status : "git: " + last;
  }
}
