package io.jenkins.plugins.dockerfilebuild;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Holds the table of rooms in {@code docs/architecture.md}: who may import whom, and no cycles. */
class PackageRuleTest {

  private static final String ROOT = "io.jenkins.plugins.dockerfilebuild";

  private static final List<String> ENGINE =
      List.of(
          "dockerfile",
          "content",
          "archive",
          "cachedirectory",
          "image",
          "plan",
          "execution",
          "coordination",
          "event",
          "scheduling",
          "build");

  /** Package below the root → the packages of ours that it may import. */
  private static final Map<String, List<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("dockerfile", List.of()),
          Map.entry("content", List.of()),
          Map.entry("http", List.of("content")),
          Map.entry("archive", List.of("content")),
          Map.entry("cachedirectory", List.of("content")),
          Map.entry("image", List.of("content")),
          Map.entry("plan", List.of("dockerfile", "content", "image")),
          Map.entry("execution", List.of("content", "image", "cachedirectory")),
          Map.entry(
              "execution.docker",
              List.of(
                  "execution.docker.cache",
                  "execution.docker.engine",
                  "execution.docker.files",
                  "execution.docker.transfer",
                  "execution",
                  "content",
                  "image",
                  "cachedirectory")),
          Map.entry(
              "execution.docker.cache",
              List.of(
                  "execution.docker.engine",
                  "execution.docker.files",
                  "execution.docker.transfer",
                  "execution",
                  "content",
                  "image",
                  "cachedirectory")),
          Map.entry(
              "execution.docker.transfer",
              List.of(
                  "execution.docker.engine",
                  "execution.docker.files",
                  "execution",
                  "content",
                  "image")),
          Map.entry(
              "execution.docker.engine",
              List.of("execution.docker.files", "execution", "http", "content", "image")),
          Map.entry("execution.docker.files", List.of("content")),
          Map.entry("execution.link", List.of("execution", "content", "image", "cachedirectory")),
          Map.entry("execution.context", List.of("dockerfile", "content", "execution.link")),
          Map.entry(
              "runtime",
              List.of(
                  "archive",
                  "content",
                  "execution",
                  "execution.context",
                  "execution.docker",
                  "execution.link",
                  "http",
                  "remote")),
          Map.entry("vault", List.of("execution", "content", "cachedirectory")),
          Map.entry("coordination", List.of("content", "cachedirectory")),
          Map.entry("coordination.hazelcast", List.of("coordination", "content", "cachedirectory")),
          Map.entry("event", List.of("plan", "execution")),
          Map.entry("scheduling.placement", List.of()),
          Map.entry(
              "scheduling",
              List.of(
                  "scheduling.placement",
                  "dockerfile",
                  "plan",
                  "execution",
                  "coordination",
                  "event",
                  "content",
                  "cachedirectory",
                  "image")),
          Map.entry("report", List.of("plan", "execution", "event")),
          Map.entry("remote", List.of("http", "content", "dockerfile")),
          Map.entry("build", ENGINE),
          Map.entry(
              "jenkins",
              List.of(
                  "build",
                  "event",
                  "report",
                  "scheduling",
                  "scheduling.placement",
                  "execution",
                  "execution.docker",
                  "execution.link",
                  "execution.context",
                  "plan",
                  "content",
                  "cachedirectory",
                  "dockerfile",
                  "image",
                  "coordination",
                  "coordination.hazelcast",
                  "vault")),
          Map.entry("cli", List.of("*")));

  /** Libraries with one door: prefix of their packages → the only packages that may use them. */
  private static final Map<String, Set<String>> ONE_DOOR =
      Map.of(
          "com.github.dockerjava", Set.of("execution.docker", "execution.docker.engine"),
          "com.hazelcast", Set.of("coordination.hazelcast"),
          "hudson", Set.of("jenkins"),
          "io.airlift", Set.of("cachedirectory", "execution.docker.transfer"),
          "jenkins", Set.of("jenkins"),
          "org.apache.hc", Set.of("http"),
          "org.apache.sshd", Set.of("jenkins"),
          "org.jenkinsci", Set.of("jenkins"),
          "picocli", Set.of("cli"),
          "software.amazon.awssdk", Set.of("vault"));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void everyPackageStandsInTheTable() {
    assertThat(CLASSES)
        .extracting(PackageRuleTest::room)
        .allSatisfy(
            room -> assertThat(room.isEmpty() || MAY_IMPORT.containsKey(room)).as(room).isTrue());
  }

  @Test
  void aPackageImportsOnlyWhatTheTableAllows() {
    MAY_IMPORT.forEach(
        (room, allowed) -> {
          if (!allowed.contains("*")) {
            noClasses()
                .that(in(Set.of(room)))
                .should()
                .dependOnClassesThat(oursOutside(room, allowed))
                .allowEmptyShould(true)
                .check(CLASSES);
          }
        });
  }

  @Test
  void aLibraryWithOneDoorIsUsedBehindItOnly() {
    ONE_DOOR.forEach(
        (library, rooms) ->
            noClasses()
                .that(in(rooms).negate())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(library, library + "..")
                .check(CLASSES));
  }

  @Test
  void thereAreNoCycles() {
    slices()
        .matching(ROOT + ".(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  /** Jenkins' own packages are corners of one room, for whom only the rule of no cycles holds. */
  private static String room(JavaClass type) {
    String name = type.getPackageName();
    if (name.equals(ROOT) || !name.startsWith(ROOT)) {
      return "";
    }
    String room = name.substring(ROOT.length() + 1);
    return room.startsWith("jenkins.") ? "jenkins" : room;
  }

  private static DescribedPredicate<JavaClass> in(Set<String> rooms) {
    return DescribedPredicate.describe("reside in " + rooms, type -> rooms.contains(room(type)));
  }

  private static DescribedPredicate<JavaClass> oursOutside(String room, List<String> allowed) {
    return DescribedPredicate.describe(
        "are ours, outside " + room + " and " + allowed,
        type ->
            type.getPackageName().startsWith(ROOT)
                && !room(type).isEmpty()
                && !room(type).equals(room)
                && !allowed.contains(room(type)));
  }
}
