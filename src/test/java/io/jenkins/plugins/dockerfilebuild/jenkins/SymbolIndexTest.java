package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Jenkins finds symbols by an index that its own annotation processor would write; the one on Maven
 * Central does not run on JDK 17, so the index is written by hand. It names all that have a symbol.
 */
final class SymbolIndexTest {

  private static final Path CLASSES = Path.of("target/classes");

  /** As a class file names the type of an annotation. */
  private static final String ANNOTATION = "Lorg/jenkinsci/Symbol;";

  @Test
  void everyClassWithASymbolIsInTheIndex() throws IOException {
    Path index = CLASSES.resolve("META-INF/services/annotations/org.jenkinsci.Symbol");
    assertThat(Files.readAllLines(index)).isNotEmpty().containsExactlyElementsOf(annotated());
  }

  private static List<String> annotated() throws IOException {
    Path ours = CLASSES.resolve("io/jenkins/plugins/dockerfilebuild/jenkins");
    try (Stream<Path> files = Files.walk(ours)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .filter(SymbolIndexTest::isAnnotated)
          .map(file -> CLASSES.relativize(file).toString().replace('/', '.'))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .sorted()
          .toList();
    }
  }

  private static boolean isAnnotated(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).contains(ANNOTATION);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
