package io.jenkins.plugins.dockerfilebuild.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceFormatTest {

  @ParameterizedTest
  @CsvSource({
    "alpine, alpine",
    "alpine:latest, alpine",
    "alpine:3, alpine:3",
    "library/alpine, alpine",
    "docker.io/library/alpine:latest, alpine",
    "docker.io/alpine, alpine",
    "index.docker.io/team/app:1, team/app:1",
    "docker.io/team/app, team/app",
    "registry.example.com:5000/alpine:latest, registry.example.com:5000/alpine",
    "registry.example.com/library/alpine, registry.example.com/library/alpine",
    "library/alpine/x, library/alpine/x",
    "docker.io.example.com/a, docker.io.example.com/a"
  })
  void shortNamesAreOne(String reference, String name) {
    assertThat(ReferenceFormat.shortName(reference)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "busybox:1",
        "library/busybox",
        "x/a.b_c__d---e:V_1.x-y",
        "localhost/a",
        "registry.example.com:5000/team/app:1",
        "UPPER.example.com/app",
        "UPPER/app",
        "[2001:db8::1]:5000/app",
        "app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "app:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      })
  void names(String name) {
    assertThat(ReferenceFormat.problem(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-x",
        "a:b:c",
        "a//b",
        "a/",
        "/a",
        "a:",
        "a b",
        "x@sha256:123",
        "a@",
        "a._b",
        "a___b",
        "é",
        "a:-1",
        "host:port/a",
        "-host.x/a",
        "a\nb",
        "a:1\n"
      })
  void notNames(String name) {
    assertThat(ReferenceFormat.problem(name)).contains("invalid reference format");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPPER", "a/B", "Not/Valid!"})
  void namesAreInLowerCase(String name) {
    assertThat(ReferenceFormat.problem(name))
        .hasValueSatisfying(problem -> assertThat(problem).startsWith("invalid reference format"));
  }

  @Test
  void anImageGetsNoDigestForAName() {
    String digest = "sha256:" + "0".repeat(64);
    assertThat(ReferenceFormat.problemOfTag("app@" + digest))
        .contains("refusing to create a tag with a digest reference");
    assertThat(ReferenceFormat.problemOfTag("app:1")).isEmpty();
  }

  @Test
  void noLengthOverflowsTheStack() {
    assertThat(ReferenceFormat.problem("a/".repeat(1_000_000) + "a"))
        .contains("repository name must not be more than 255 characters");
    assertThat(ReferenceFormat.problem("a@" + "a.".repeat(1_000_000)))
        .contains("invalid reference format");
    assertThat(ReferenceFormat.problem("a:" + "b".repeat(1_000_000)))
        .contains("invalid reference format");
  }
}
