package io.jenkins.plugins.dockerfilebuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The vectors that BuildKit's own code made, in a folder beside the project. Where the folder is
 * not there, tests that need it are skipped and say so.
 */
final class Conformance {

  private static final Path FOLDER =
      Path.of(System.getProperty("conformance", "../shared/conformance")).toAbsolutePath();

  private static final ObjectMapper JSON = new ObjectMapper();

  /** One Dockerfile with the tree that BuildKit makes of it. */
  record Vector(String name, JsonNode expected) {
    byte[] dockerfile() {
      return bytes(name + "/Dockerfile");
    }
  }

  private Conformance() {}

  static boolean isThere() {
    return Files.isDirectory(FOLDER);
  }

  static void assumeThere() {
    if (!isThere()) {
      System.out.println("SKIPPED: there is no folder " + FOLDER + " with conformance vectors");
    }
    assumeTrue(isThere(), () -> "no conformance vectors in " + FOLDER);
  }

  static List<Vector> vectors() {
    try (Stream<Path> files = Files.walk(FOLDER, 3)) {
      return files
          .filter(file -> file.endsWith("expect.json"))
          .sorted()
          .map(Conformance::vector)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Vector vector(Path expect) {
    Path folder = expect.getParent();
    String name = FOLDER.relativize(folder).toString();
    return new Vector(name, json(name + "/expect.json"));
  }

  static JsonNode json(String path) {
    try {
      return JSON.readTree(bytes(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> lines(String path) {
    return List.of(new String(bytes(path), StandardCharsets.UTF_8).split("\n"));
  }

  private static byte[] bytes(String path) {
    try {
      return Files.readAllBytes(FOLDER.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Checks that ours differs from BuildKit's exactly where {@code conformance-disagreements.txt}
   * says so, and prints the counts.
   *
   * @param disagreements what differs: id of the case to a description
   */
  static void check(String what, int cases, Map<String, String> disagreements) {
    Map<String, String> listed = listed(what);
    System.out.printf(
        "conformance: %s: %d cases, %d agree, %d listed as disagreements%n",
        what, cases, cases - disagreements.size(), listed.size());
    assertThat(disagreements.entrySet().stream().filter(e -> !listed.containsKey(e.getKey())))
        .as("%s that differ and are not listed", what)
        .isEmpty();
    assertThat(listed.keySet())
        .as("%s that are listed as disagreements but agree", what)
        .isSubsetOf(disagreements.keySet());
  }

  /** Lines {@code what|id|reason}; other lines are comments. */
  private static Map<String, String> listed(String what) {
    try (InputStream in = Conformance.class.getResourceAsStream("/conformance-disagreements.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .map(line -> line.split("\\|", 3))
          .filter(fields -> fields.length == 3 && fields[0].equals(what))
          .collect(Collectors.toMap(fields -> fields[1], fields -> fields[2]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Elements of a JSON array of strings. */
  static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(element -> strings.add(element.asText()));
    return strings;
  }
}
