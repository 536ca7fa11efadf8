package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import io.jenkins.plugins.dockerfilebuild.content.TreeEntry;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources, destinations and flags of COPY and ADD. */
class TransferPlanTest {

  @TempDir Path directory;
  private PlanFixture fixture;

  @BeforeEach
  void createFixture() {
    fixture =
        new PlanFixture(directory)
            .file("app.c", "c")
            .file("app.h", "h")
            .file("lib/one.c", "1")
            .file("lib/sub/two.c", "2");
  }

  @Test
  void wildcardsBecomeTheFilesThatMatch() {
    assertThat(paths(fixture.transfer("FROM busybox", "COPY app.? lib/*.c /src/")))
        .containsExactly("app.c", "app.h", "lib/one.c");
  }

  @Test
  void wildcardsThatMatchNothingCopyNothing() {
    BuildPlan plan = fixture.plan("FROM busybox", "COPY *.zip /src/");

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.warnings())
        .extracting(warning -> warning.line() + " " + warning.message())
        .containsExactly("2 no file matches *.zip");
  }

  @Test
  void aSourceThatDoesNotExistIsRefusedWithTheNearestName() {
    refused(
        "Dockerfile:2: \"lib/one.cc\" not found in the build context (did you mean lib/one.c?)",
        "COPY lib/one.cc /");
  }

  @Test
  void aSourceThatIsLikeNothingIsRefusedWithAHint() {
    refused(
        "Dockerfile:2: \"elsewhere\" not found in the build context (the path is relative to the"
            + " context; .dockerignore may leave it out)",
        "COPY elsewhere /");
  }

  @ParameterizedTest
  @CsvSource({
    "x, /w/x",
    "x/, /w/x/",
    "., /w/",
    "./, /w/",
    "../x/./y, /x/y",
    "/abs, /abs",
    "/abs/, /abs/",
    "/, /",
  })
  void destinationsAreRelativeToTheWorkingDirectory(String written, String absolute) {
    assertThat(
            fixture.transfer("FROM busybox", "WORKDIR /w", "COPY app.c " + written).destination())
        .isEqualTo(absolute);
  }

  @Test
  void severalSourcesMayGoToWhatOnlyTheImageKnowsToBeADirectory() {
    PlannedOperation.Transfer transfer =
        fixture.transfer("FROM busybox", "WORKDIR /src", "COPY app.c app.h /src");

    assertThat(transfer.sources()).hasSize(2);
    assertThat(transfer.destination()).isEqualTo("/src");
  }

  @Test
  void ownerAndModeMayHoldVariables() {
    PlannedOperation.Transfer transfer =
        fixture.transfer("FROM busybox", "ARG U=me M=640", "COPY --chown=$U:g --chmod=$M app.c /");

    assertThat(transfer.owner()).contains("me:g");
    assertThat(transfer.mode()).contains("640");
  }

  @ParameterizedTest
  @ValueSource(strings = {"755", "0755", "04755", "u=rwX,go=rX", "+x", "a-w"})
  void modesAreOctalOrSymbolic(String mode) {
    assertThat(fixture.transfer("FROM busybox", "COPY --chmod=" + mode + " app.c /").mode())
        .contains(mode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"99999", "888", "u~x", "rwx"})
  void otherModesAreRefused(String mode) {
    refused(
        "Dockerfile:2: invalid chmod parameter: '"
            + mode
            + "'. it should be octal string and between 0 and 07777 (or symbolic, as in"
            + " u=rwX,go=rX)",
        "COPY --chmod=" + mode + " app.c /");
  }

  @Test
  void addUnpacksUnlessToldOtherwise() {
    assertThat(unpacks("ADD app.c /")).isTrue();
    assertThat(unpacks("ADD --unpack=false app.c /")).isFalse();
    assertThat(unpacks("COPY app.c /")).isFalse();
  }

  @Test
  void aUrlIsAskedForAndThenCountsByWhatItHolds() {
    String[] lines = {
      "FROM busybox", "ARG V=1", "RUN true", "ADD https://example.com/$V/x.tgz?q=1#f /d/"
    };
    RemoteSource.Download source =
        new RemoteSource.Download("https://example.com/1/x.tgz?q=1#f", "x.tgz", Optional.empty());
    assertThat(fixture.planning(lines)).isEqualTo(new Planning.NeedsSources(Map.of(source, 4)));

    StepKey key = fixture.fetched(source, fileTree("one")).key(lines);
    assertThat(fixture.fetched(source, fileTree("two")).key(lines)).isNotEqualTo(key);
    assertThat(fixture.fetched(source, fileTree("one")).key(lines)).isEqualTo(key);
    PlannedOperation.Transfer add = (PlannedOperation.Transfer) fixture.step(lines).operation();
    assertThat(add.sources().get(0))
        .isInstanceOfSatisfying(
            PlannedSource.Remote.class,
            remote -> {
              assertThat(remote.name()).isEqualTo("x.tgz");
              assertThat(remote.unpack()).as("BuildKit unpacks local archives alone").isFalse();
            });
  }

  private static Tree fileTree(String content) {
    return Tree.of(
        List.of(
            new TreeEntry(
                "", TreeEntry.Type.FILE, 0600, content.length(), Digest.of(content), "")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://h/r.git             | https://h/r.git | ''      | ''",
        "https://h/r.git#v1          | https://h/r.git | v1      | ''",
        "https://h/r.git#v1:sub/dir/ | https://h/r.git | v1      | sub/dir",
        "https://h/r.git#:../../sub  | https://h/r.git | ''      | sub",
        "git@h:team/r.git#main       | git@h:team/r.git | main   | ''",
        "ssh://git@h/r#refs/pull/1   | ssh://git@h/r   | refs/pull/1 | ''",
        "deploy@h:team/r.git#main    | deploy@h:team/r.git | main | ''",
        "deploy@h:r?ref=v1           | deploy@h:r      | v1      | ''",
        "https://h/r.git?tag=v1&subdir=docs/a | https://h/r.git | refs/tags/v1 | docs/a",
        "https://h/r.git?branch=a%2Fb         | https://h/r.git | refs/heads/a/b | ''",
        "https://h/r.git?branch=refs/heads/b& | https://h/r.git | refs/heads/b | ''",
        "https://h/r.git?ref=v1&subdir=d/#v1:d | https://h/r.git | v1   | d",
        "https://h/r.git?keep-git-dir&submodules=1#v1 | https://h/r.git | v1 | ''",
      })
  void aGitReferenceNamesRemoteReferenceAndDirectory(
      String text, String remote, String reference, String directory) {
    Planning planning =
        fixture.planning("FROM busybox", "ADD --keep-git-dir=true --exclude=*.md " + text + " /d");
    assertThat(planning)
        .isEqualTo(
            new Planning.NeedsSources(
                Map.of(
                    new RemoteSource.Git(
                        remote, reference, directory, true, Optional.empty(), List.of("*.md")),
                    2)));
  }

  private RemoteSource.Git git(String words) {
    Planning planning = fixture.planning("FROM busybox", "ADD " + words + " /d");
    return (RemoteSource.Git)
        ((Planning.NeedsSources) planning).sources().keySet().iterator().next();
  }

  @Test
  void theQueryOfAGitSourceSaysWhatFlagsSay() {
    String commit = "0123456789".repeat(4);

    assertThat(git("https://h/r.git?commit=" + commit).checksum()).hasValue(commit);
    assertThat(git("--checksum=" + commit + " https://h/r.git?checksum=" + commit).checksum())
        .hasValue(commit);
    assertThat(git("https://h/r.git?keep-git-dir=true").keepGitDir()).isTrue();
    assertThat(git("--keep-git-dir https://h/r.git?keep-git-dir").keepGitDir()).isTrue();
    assertThat(git("https://h/r.git?branch=b&fetch-by-commit&commit=" + commit).reference())
        .isEqualTo(commit);
    assertThat(git("https://h/r.git?submodules=false"))
        .isNotEqualTo(git("https://h/r.git?submodules=true"))
        .isNotEqualTo(git("https://h/r.git"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "?tga=v1                  | unexpected query \"tga\" of a Git source (did you mean tag?)",
        "?depth=1                 | unexpected query \"depth\" of a Git source (it may have ref, tag,",
        "?tag=                    | query \"tag\" of a Git source has no value",
        "?tag=a&tag=b             | query \"tag\" of a Git source has multiple values",
        "?tag=a#b                 | reference conflicts: \"b\" and \"refs/tags/a\" (leave one)",
        "?tag=a&branch=a          | reference conflicts: \"refs/tags/a\" and \"refs/heads/a\"",
        "?subdir=a#:b             | directory conflicts: \"b\" and \"a\"",
        "?commit=abcd&checksum=ab | commit conflicts: \"abcd\" and \"ab\"",
        "?commit=HEAD             | invalid checksum \"HEAD\" for Git source",
        "?ref=--upload-pack%3Dx   | \"--upload-pack=x\" cannot be a git reference",
        "?submodules=no           | invalid submodules value: \"no\" (it is true or false)",
        "?fetch-by-commit&commit=abcd | fetch-by-commit needs a whole commit id",
        "?tag=%zz                 | \"%zz\" in the query of a Git source is not encoded",
      })
  void aQueryOfAGitSourceThatMeansNothingIsRefused(String query, String problem) {
    assertThatThrownBy(() -> git("https://h/r.git" + query))
        .isInstanceOf(DockerfileException.class)
        .hasMessageStartingWith("Dockerfile:2: " + problem);
  }

  @Test
  void aFlagThatContradictsTheQueryOfAGitSourceIsRefused() {
    refused(
        "Dockerfile:2: keep-git-dir conflicts: \"true\" and \"false\" (leave one)",
        "ADD --keep-git-dir=false https://h/r.git?keep-git-dir /");
    refused(
        "Dockerfile:2: commit conflicts: \"abcd\" and \"abce\" (leave one)",
        "ADD --checksum=abce https://h/r.git?commit=abcd /");
  }

  @Test
  void whatCannotBeFetchedIsRefusedBeforeAnybodyIsAsked() {
    refused(
        "Dockerfile:2: source can't be a URL for COPY (ADD fetches it)",
        "COPY https://example.com/x.tgz /");
    refused(
        "Dockerfile:2: source can't be a git ref for COPY (ADD fetches it)",
        "COPY git@example.com:a/b.git /");
    refused(
        "Dockerfile:2: \"--upload-pack=x\" cannot be a git reference",
        "ADD https://h/r.git#--upload-pack=x /");
    refused(
        "Dockerfile:2: invalid checksum \"md5:1\": it must be sha256: and 64 hexadecimal digits",
        "ADD --checksum=md5:1 https://h/x /");
    refused(
        "Dockerfile:2: checksum can't be specified for multiple sources",
        "ADD --checksum=sha256:1 https://h/x https://h/y /d/");
    refused(
        "Dockerfile:2: checksum can't be specified for non-HTTP(S) and non-git sources",
        "ADD --checksum=sha256:1 app.c /");
    refused("Dockerfile:2: \"https:///x\" names no host", "ADD https:///x /");
  }

  @Test
  void hereDocumentsBecomeFilesWithVariablesUnlessQuoted() {
    PlannedOperation.Transfer transfer =
        fixture.transfer(
            "FROM busybox", "ENV A=1", "COPY <<x <<-'y' /d/", "a=$A", "x", "\ta=$A", "y");

    assertThat(transfer.sources())
        .extracting(
            source -> {
              PlannedSource.Inline inline = (PlannedSource.Inline) source;
              return inline.name() + ":" + inline.content().asUtf8();
            })
        .containsExactly("x:a=1\n", "y:a=$A\n");
  }

  @Test
  void copiesFromAStageKeepWildcardsAndExcludes() {
    PlannedOperation.Transfer transfer =
        fixture.transfer(
            "FROM busybox AS a",
            "RUN x",
            "FROM scratch",
            "COPY --from=a --exclude=*.md out/*.txt /../doc/ /d/");

    assertThat(transfer.sources())
        .containsExactly(
            new PlannedSource.Files(
                new RootFilesystem.Result(0), "a", List.of("/out/*.txt", "/doc"), List.of("*.md")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "./lib/**/*.c /d/                  | ''  | lib lib/one.c lib/sub lib/sub/two.c",
        "lib /d                            | ''  | lib lib/one.c lib/sub lib/sub/two.c",
        "lib/*.c /d/                       | ''  | lib lib/one.c",
        "lib/./sub/*.c /d/                 | lib | sub sub/two.c",
        "l*/./**/two.c /d/                 | lib | sub sub/two.c",
        "/lib/././sub/ /d/                 | lib | sub sub/two.c",
        "lib/. /d/                         | ''  | lib lib/one.c lib/sub lib/sub/two.c",
        "--exclude=**/two.c ./lib/**/*.c . | ''  | lib lib/one.c",
        "--exclude=lib/one.c lib/*.c .     | ''  | ''",
        "--exclude=one.c lib/./*.c .       | lib | ''",
        "--exclude=!app.h lib/one.c .      | ''  | lib lib/one.c",
      })
  void parentsTakesWhatMatchesWithTheDirectoriesOnTheWay(String line, String root, String tree) {
    PlannedOperation.Transfer transfer = fixture.transfer("FROM busybox", "COPY --parents " + line);

    PlannedSource.Context source = (PlannedSource.Context) transfer.sources().get(0);
    assertThat(source.path()).isEqualTo(root);
    assertThat(source.tree().entries().stream().skip(1).map(TreeEntry::path))
        .isEqualTo(tree.isEmpty() ? List.of() : List.of(tree.split(" ")));
  }

  @Test
  void parentsThatTakesNothingMakesTheDestinationAndIsToldOf() {
    BuildPlan plan = fixture.plan("FROM busybox", "COPY --parents lib/*.zip /src/");

    assertThat(plan.steps()).hasSize(1);
    assertThat(plan.warnings())
        .extracting(warning -> warning.line() + " " + warning.message())
        .containsExactly("2 no file matches lib/*.zip");
  }

  @Test
  void parentsRefusesWhatIsNamedAndMissing() {
    refused(
        "Dockerfile:2: \"lib/./one.cc\" not found in the build context (did you mean lib/one.c?)",
        "COPY --parents lib/./one.cc /d/");
  }

  private boolean unpacks(String instruction) {
    return ((PlannedSource.Context) fixture.transfer("FROM busybox", instruction).sources().get(0))
        .unpack();
  }

  private static List<String> paths(PlannedOperation.Transfer transfer) {
    return transfer.sources().stream()
        .map(source -> ((PlannedSource.Context) source).path())
        .toList();
  }

  private void refused(String message, String instruction) {
    assertThatThrownBy(() -> fixture.plan("FROM busybox", instruction))
        .isInstanceOf(DockerfileException.class)
        .hasMessage(message);
  }
}
