package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The declarations against which the plugin is compiled by default say what the classes of the real
 * artifacts say. {@code JenkinsApiTest} compares them with a listing, which people made.
 */
final class RealApiTest {

  private static final Path DECLARATIONS = Path.of("src/jenkins-api/java");

  @Test
  void everyDeclarationStandsInTheRealArtifacts() throws IOException {
    SortedSet<String> unknown = new TreeSet<>();
    for (Path file : declarations()) {
      unknown.addAll(unknown(ApiSurface.of(Files.readString(file))));
    }
    assertThat(unknown).as("declared, but not what Jenkins has").isEmpty();
  }

  /** What the default build compares with: a listing made of sources, which may be other ones. */
  @Test
  void everyLineOfTheListingStandsInTheRealArtifacts() throws IOException {
    try (InputStream listing = RealApiTest.class.getResourceAsStream("jenkins-api.txt")) {
      String text = new String(listing.readAllBytes(), StandardCharsets.UTF_8);
      SortedSet<String> listed =
          new TreeSet<>(text.lines().filter(line -> !line.startsWith("#")).toList());
      assertThat(unknown(listed)).as("listed, but not what Jenkins has").isEmpty();
    }
  }

  private static SortedSet<String> unknown(SortedSet<String> lines) {
    SortedSet<String> unknown = new TreeSet<>(lines);
    types(lines).forEach(type -> unknown.removeAll(RealSurface.of(type)));
    return unknown;
  }

  @Test
  void aMemberThatIsNotThereIsSeen() {
    assertThat(RealSurface.of("hudson.model.Actionable"))
        .contains("hudson.model.Actionable.addOrReplaceAction(Action) = public boolean")
        .doesNotContain("hudson.model.Actionable.addOrReplaceAction(Action) = public void");
  }

  /** Names of the types that the lines are about. */
  private static List<String> types(SortedSet<String> lines) {
    List<String> types = new ArrayList<>();
    for (String line : lines) {
      String subject = line.substring(0, line.indexOf(' '));
      if (line.matches("\\S+ = .*(class|interface|enum|annotation)") && !subject.contains("(")) {
        types.add(subject);
      }
    }
    assertThat(types).isNotEmpty();
    return types;
  }

  private static List<Path> declarations() throws IOException {
    try (Stream<Path> files = Files.walk(DECLARATIONS)) {
      List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(sources).isNotEmpty();
      return sources;
    }
  }
}
