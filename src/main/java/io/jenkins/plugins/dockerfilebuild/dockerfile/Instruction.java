package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A typed instruction, made by {@link Dockerfile#parse} or {@link #parseTrigger}. Words that the
 * Dockerfile reference allows variables in are as written; whoever plans expands them with {@link
 * WordExpansion}.
 */
public sealed interface Instruction {

  SourceRange range();

  /** The instruction as the user wrote it, continuations joined, for messages and history. */
  String text();

  /**
   * An instruction that a base image has in store for its children (ONBUILD in its configuration).
   *
   * @param file what to call the text in error messages, such as {@code ONBUILD of IMAGE}
   * @param expression the text of the instruction
   * @param from the lines of the FROM that brings it in, which become its own
   * @throws DockerfileException if it is not exactly one well-formed instruction, or a FROM
   */
  static Instruction parseTrigger(String file, String expression, SourceRange from) {
    return InstructionReader.trigger(file, expression, from);
  }

  /**
   * The command of a RUN, CMD, ENTRYPOINT or HEALTHCHECK.
   *
   * @param words the words of the exec form, or the single line of the shell form; none where
   *     nothing was written
   * @param shellForm whether the line is handed to the SHELL
   */
  record CommandLine(List<String> words, boolean shellForm) {}

  /** A name with a value, both as written: quoted, escaped, variables not yet put in. */
  record KeyValue(String key, String value) {}

  /** {@code NAME} or {@code NAME=default} of an ARG. */
  record ArgDeclaration(String name, Optional<String> defaultValue) {}

  /**
   * FROM. {@code image} may hold variables, as may {@code platform}; {@code alias} is in lower
   * case.
   */
  record From(
      SourceRange range,
      String text,
      String image,
      Optional<String> platform,
      Optional<String> alias)
      implements Instruction {}

  record Arg(SourceRange range, String text, List<ArgDeclaration> declarations)
      implements Instruction {}

  record Env(SourceRange range, String text, List<KeyValue> variables) implements Instruction {}

  record Label(SourceRange range, String text, List<KeyValue> labels) implements Instruction {}

  /**
   * RUN.
   *
   * @param mountFlags values of {@code --mount}, checked already; {@link Mount#parse} makes mounts
   *     of them once variables are known
   * @param heredocs here-documents in order; the shell form's line still holds their {@code <<NAME}
   * @param network {@code default}, {@code none} or {@code host}
   * @param security {@code sandbox} or {@code insecure}
   */
  record Run(
      SourceRange range,
      String text,
      CommandLine command,
      List<HereDocument> heredocs,
      List<String> mountFlags,
      String network,
      String security,
      List<String> devices)
      implements Instruction {

    /** What is to be executed, here-documents taken in. */
    public RunScript script() {
      return RunScript.of(command, heredocs);
    }
  }

  /** What COPY and ADD have in common. */
  sealed interface Transfer extends Instruction {
    /** Paths or wildcards as written, without here-documents. */
    List<String> sources();

    /**
     * Here-documents that are files to write, each named by its delimiter, which is a plain file
     * name. {@link HereDocument#text(Map)} is the content.
     */
    List<HereDocument> heredocs();

    String destination();

    Optional<String> chown();

    Optional<String> chmod();

    boolean link();

    boolean parents();

    List<String> excludes();
  }

  record Copy(
      SourceRange range,
      String text,
      List<String> sources,
      List<HereDocument> heredocs,
      String destination,
      Optional<String> from,
      Optional<String> chown,
      Optional<String> chmod,
      boolean link,
      boolean parents,
      List<String> excludes)
      implements Transfer {}

  /**
   * ADD. {@code keepGitDir} and {@code unpack} are empty where the flag was not given: archives of
   * the context unpack.
   */
  record Add(
      SourceRange range,
      String text,
      List<String> sources,
      List<HereDocument> heredocs,
      String destination,
      Optional<String> chown,
      Optional<String> chmod,
      boolean link,
      List<String> excludes,
      Optional<String> checksum,
      Optional<Boolean> keepGitDir,
      Optional<Boolean> unpack)
      implements Transfer {

    /** ADD has no such flag. */
    @Override
    public boolean parents() {
      return false;
    }
  }

  record Cmd(SourceRange range, String text, CommandLine command) implements Instruction {}

  record Entrypoint(SourceRange range, String text, CommandLine command) implements Instruction {}

  record Shell(SourceRange range, String text, List<String> words) implements Instruction {}

  record User(SourceRange range, String text, String user) implements Instruction {}

  record Workdir(SourceRange range, String text, String path) implements Instruction {}

  record Volume(SourceRange range, String text, List<String> paths) implements Instruction {}

  record Expose(SourceRange range, String text, List<String> ports) implements Instruction {}

  record StopSignal(SourceRange range, String text, String signal) implements Instruction {}

  record Maintainer(SourceRange range, String text, String name) implements Instruction {}

  /**
   * HEALTHCHECK.
   *
   * @param command empty for {@code HEALTHCHECK NONE}
   * @param options the values of {@code interval}, {@code timeout}, {@code start-period}, {@code
   *     start-interval} in nanoseconds and of {@code retries}, those that were given and are not 0
   */
  record HealthCheck(
      SourceRange range, String text, Optional<CommandLine> command, Map<String, Long> options)
      implements Instruction {}

  /**
   * ONBUILD.
   *
   * @param expression the text that goes into the image's configuration; whether a child build can
   *     run it shows there, as in BuildKit
   */
  record OnBuild(SourceRange range, String text, String expression) implements Instruction {}
}
