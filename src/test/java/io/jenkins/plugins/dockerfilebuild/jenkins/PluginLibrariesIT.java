package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the classes of the packaged plugin refer to is there on a controller. Seen on one: a library
 * that only tests and the command line had.
 */
final class PluginLibrariesIT {

  private static final Path TARGET = Path.of(System.getProperty("buildDirectory", "target"));

  /** A class that {@code jdeps} finds nowhere. */
  private static final Pattern MISSING = Pattern.compile("\\s+\\S+\\s+-> (\\S+)\\s+not found");

  /** Packages by who has them: Jenkins itself and the plugins that the manifest names. */
  private static final List<String> PROVIDED =
      List.of(
          // Jenkins: its own, and the libraries in WEB-INF/lib of 2.479.
          "hudson.",
          "jenkins.",
          "org.kohsuke.stapler.",
          "org.springframework.security.",
          "jakarta.servlet.",
          "org.jvnet.localizer.",
          "org.apache.commons.compress.",
          // structs, workflow-step-api, plain-credentials
          "org.jenkinsci.",
          // credentials, ssh-credentials
          "com.cloudbees.",
          // jackson2-api
          "com.fasterxml.jackson.annotation.",
          "com.fasterxml.jackson.core.",
          "com.fasterxml.jackson.databind.",
          "com.fasterxml.jackson.datatype.jdk8.",
          // mina-sshd-api-core, aws-java-sdk2-s3; what refers to them is loaded only with them
          "org.apache.sshd.",
          "software.amazon.awssdk.");

  @Test
  void everyClassThatThePluginRefersToIsThere() throws IOException {
    Set<String> unknown = new TreeSet<>();
    for (String line : dependencies().lines().toList()) {
      var missing = MISSING.matcher(line);
      if (missing.matches() && PROVIDED.stream().noneMatch(missing.group(1)::startsWith)) {
        unknown.add(line.strip());
      }
    }
    assertThat(unknown).isEmpty();
  }

  /** So that a change of the tool's output does not let everything pass. */
  @Test
  void aClassOfJenkinsIsMissingWithoutJenkins() throws IOException {
    assertThat(dependencies().lines())
        .anyMatch(line -> line.contains("hudson.model.Run ") && MISSING.matcher(line).matches());
  }

  private static String dependencies() throws IOException {
    StringWriter output = new StringWriter();
    int status =
        ToolProvider.findFirst("jdeps")
            .orElseThrow()
            .run(
                new PrintWriter(output),
                new PrintWriter(output),
                "--multi-release=17",
                "-verbose:class",
                "-filter:none",
                "--class-path",
                libraries(),
                TARGET.resolve("dockerfile-build-plugin.jar").toString());
    assertThat(status).as(output.toString()).isZero();
    return output.toString();
  }

  private static String libraries() throws IOException {
    try (Stream<Path> jars = Files.list(TARGET.resolve("plugin-lib"))) {
      return jars.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
  }
}
