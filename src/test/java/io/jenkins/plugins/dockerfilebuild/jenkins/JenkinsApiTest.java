package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The declarations against which the plugin is compiled say what the real API of Jenkins 2.479.3
 * says: each of their lines stands in {@code jenkins-api.txt}, which was made from the real one.
 */
final class JenkinsApiTest {

  private static final Path DECLARATIONS = Path.of("src/jenkins-api/java");

  @Test
  void everyDeclarationStandsInTheRealApi() throws IOException {
    Set<String> real = real();
    Set<String> unknown = new TreeSet<>();
    for (Path file : declarations()) {
      ApiSurface.of(Files.readString(file)).stream()
          .filter(line -> !real.contains(line))
          .forEach(unknown::add);
    }
    assertThat(unknown).as("declared, but not what Jenkins has").isEmpty();
  }

  @Test
  void aWrongReturnTypeIsSeen() throws IOException {
    String wrong =
        "package hudson.model; public abstract class Actionable {"
            + " public void addOrReplaceAction(Action action) {} }";
    assertThat(ApiSurface.of(wrong)).anyMatch(line -> !realUnchecked().contains(line));
  }

  private static List<Path> declarations() throws IOException {
    try (Stream<Path> files = Files.walk(DECLARATIONS)) {
      List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(sources).isNotEmpty();
      return sources;
    }
  }

  private static Set<String> realUnchecked() {
    try {
      return real();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Set<String> real() throws IOException {
    try (InputStream listing = JenkinsApiTest.class.getResourceAsStream("jenkins-api.txt")) {
      String text = new String(listing.readAllBytes(), StandardCharsets.UTF_8);
      return new HashSet<>(text.lines().toList());
    }
  }
}
