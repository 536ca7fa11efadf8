package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.RemoteContent;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.dockerfile.HereDocument;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction;
import io.jenkins.plugins.dockerfilebuild.dockerfile.ParserWarning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Plans COPY and ADD. For one thread. */
final class TransferPlanner {

  private static final String CANNOT_COPY = "cannot copy from";

  private static final int FILE_MODE = 0644;

  /** Longer ones mean nothing more, and a pattern with groups must not be let loose on them. */
  private static final int LONGEST_MODE = 100;

  private static final Pattern OCTAL = Pattern.compile("0*[0-7]{1,4}");
  private static final Pattern SYMBOLIC =
      Pattern.compile("[ugoa]*([-+=]([rwxXst]*|[ugo]))+(,[ugoa]*([-+=]([rwxXst]*|[ugo]))+)*");

  private final PlanScope scope;
  private final StageState state;
  private final SourceFinder finder;

  TransferPlanner(PlanScope scope, StageState state, SourceFinder finder) {
    this.scope = scope;
    this.state = state;
    this.finder = finder;
  }

  /** The operation and its line in the image's history. */
  record Plan(PlannedOperation.Transfer operation, String createdBy) {}

  /**
   * Plans one instruction.
   *
   * @param keyword COPY or ADD
   * @return empty if it copies nothing, because no file matches its wildcards
   */
  Optional<Plan> plan(Instruction.Transfer transfer, String keyword, int line) {
    List<String> words = transfer.sources().stream().map(word -> expand(word, line)).toList();
    String destination = expand(transfer.destination(), line);
    List<PlannedSource> sources = new ArrayList<>(sources(transfer, words, line));
    transfer.heredocs().forEach(document -> sources.add(inline(document, line)));
    if (sources.stream().allMatch(TransferPlanner::isWithoutFiles)) {
      scope.warnings().add(new ParserWarning(line, "no file matches " + String.join(" ", words)));
    }
    if (sources.isEmpty()) {
      return Optional.empty();
    }
    String absolute = UnixPath.resolveKeepingSlash(state.config().workingDirectory(), destination);
    PlannedOperation.Transfer operation =
        new PlannedOperation.Transfer(
            sources,
            absolute,
            option(transfer.chown(), line),
            mode(transfer, line),
            transfer.parents());
    return Optional.of(
        new Plan(operation, createdBy(keyword, operation, words, transfer, destination)));
  }

  /** A source of which {@code --parents} takes nothing still makes the destination. */
  private static boolean isWithoutFiles(PlannedSource source) {
    return source instanceof PlannedSource.Context context
        && context.include().isPresent()
        && !context.tree().isFile()
        && context.tree().entries().size() == 1;
  }

  private List<PlannedSource> sources(Instruction.Transfer transfer, List<String> words, int line) {
    Optional<String> from =
        transfer instanceof Instruction.Copy copy ? copy.from() : Optional.empty();
    if (words.isEmpty()) {
      return List.of();
    }
    Optional<SourceContext> context = finder.context(from, CANNOT_COPY, line);
    if (context.isEmpty()) {
      return List.of(files(from.orElseThrow(), transfer, words, line));
    }
    List<PlannedSource> sources = new ArrayList<>();
    for (String word : words) {
      RemoteWord remote = new RemoteWord(word);
      if (from.isEmpty() && remote.isRemote()) {
        remote(remote, transfer, line).ifPresent(sources::add);
        continue;
      }
      refuseChecksum(transfer, line);
      boolean unpack = transfer instanceof Instruction.Add add && add.unpack().orElse(true);
      sources.addAll(
          finder.copied(
              context.get(),
              new ContextPattern(word, transfer.excludes(), unpack, transfer.parents()),
              line));
    }
    return sources;
  }

  private PlannedSource.Files files(
      String from, Instruction.Transfer transfer, List<String> words, int line) {
    PlannedSource.Files files = finder.files(from, CANNOT_COPY, words, line);
    return new PlannedSource.Files(
        files.root(), files.origin(), files.paths(), transfer.excludes());
  }

  /** Empty if it must be fetched first; the plan is then made again. */
  private Optional<PlannedSource> remote(RemoteWord word, Instruction.Transfer transfer, int line) {
    if (!(transfer instanceof Instruction.Add add)) {
      String kind = word.isGit() ? "git ref" : "URL";
      throw problem(line, "source can't be a " + kind + " for COPY", "ADD fetches it");
    }
    Optional<String> checksum = option(add.checksum(), line);
    if (checksum.isPresent() && add.sources().size() > 1) {
      throw problem(line, "checksum can't be specified for multiple sources", "");
    }
    RemoteSource source = source(word, add, checksum, line);
    RemoteContent content = scope.request().fetched().get(source);
    if (content == null) {
      scope.missing().putIfAbsent(source, line);
      return Optional.empty();
    }
    String name = source instanceof RemoteSource.Download file ? file.name() : "";
    boolean unpack = add.unpack().orElse(false);
    return Optional.of(new PlannedSource.Remote(word.text(), name, content, unpack));
  }

  private RemoteSource source(
      RemoteWord word, Instruction.Add add, Optional<String> checksum, int line) {
    try {
      return word.source(add.keepGitDir(), checksum, add.excludes());
    } catch (IllegalArgumentException e) {
      throw problem(line, String.valueOf(e.getMessage()), "");
    }
  }

  private void refuseChecksum(Instruction.Transfer transfer, int line) {
    if (transfer instanceof Instruction.Add add && add.checksum().isPresent()) {
      throw problem(line, "checksum can't be specified for non-HTTP(S) and non-git sources", "");
    }
  }

  private PlannedSource.Inline inline(HereDocument document, int line) {
    Map<String, String> variables = state.variables().values();
    String text = scope.request().at(line, () -> document.text(variables));
    scope.request().count(line, text.length(), 0);
    return new PlannedSource.Inline(document.name(), Bytes.utf8(text), FILE_MODE);
  }

  private Optional<String> mode(Instruction.Transfer transfer, int line) {
    Optional<String> mode = option(transfer.chmod(), line);
    mode.ifPresent(
        text -> {
          boolean valid =
              text.length() <= LONGEST_MODE
                  && (OCTAL.matcher(text).matches() || SYMBOLIC.matcher(text).matches());
          if (!valid) {
            throw problem(
                line,
                "invalid chmod parameter: '%s'. it should be octal string and between 0 and 07777"
                    .formatted(text),
                "or symbolic, as in u=rwX,go=rX");
          }
        });
    return mode;
  }

  private Optional<String> option(Optional<String> word, int line) {
    return word.map(text -> expand(text, line)).filter(text -> !text.isEmpty());
  }

  private static String createdBy(
      String keyword,
      PlannedOperation.Transfer operation,
      List<String> words,
      Instruction.Transfer transfer,
      String destination) {
    List<String> line = new ArrayList<>(List.of(keyword));
    if (operation.parents()) {
      line.add("--parents");
    }
    operation.owner().ifPresent(owner -> line.add("--chown=" + owner));
    operation.mode().ifPresent(mode -> line.add("--chmod=" + mode));
    line.addAll(words);
    transfer.heredocs().forEach(document -> line.add("<<" + document.name()));
    line.add(destination);
    return String.join(" ", line);
  }

  private String expand(String word, int line) {
    return scope.expand(word, state, line);
  }

  private DockerfileException problem(int line, String problem, String hint) {
    return scope.request().problem(line, problem, hint);
  }
}
