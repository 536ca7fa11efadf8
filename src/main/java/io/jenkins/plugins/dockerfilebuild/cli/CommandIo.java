package io.jenkins.plugins.dockerfilebuild.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a command reads and writes, always UTF-8. Results go to {@code out}, everything for eyes to
 * {@code err}.
 *
 * @param attached whether {@code err} is the standard error of the process, so that it may be a
 *     terminal
 */
record CommandIo(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    boolean attached) {

  static CommandIo ofProcess() {
    return new CommandIo(
        System.in, stream(FileDescriptor.out), stream(FileDescriptor.err), System.getenv(), true);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), 1 << 16),
        false,
        StandardCharsets.UTF_8);
  }

  /**
   * The user's home directory; empty where neither HOME nor the system names one, which Java gives
   * as a question mark.
   */
  Optional<Path> home() {
    String home = variable("HOME").orElse(System.getProperty("user.home", "?"));
    return home.equals("?") ? Optional.empty() : Optional.of(Path.of(home));
  }

  /** The value of a variable; one that is set to nothing counts as not set. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }
}
