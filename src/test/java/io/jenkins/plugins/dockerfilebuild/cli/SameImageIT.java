package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No surprises against {@code docker build}: the same Dockerfile built by BuildKit, on the same
 * engine and by its own client, makes an image of the same files and the same configuration. Left
 * out on purpose are mount points, which BuildKit leaves in layers and we do not.
 */
class SameImageIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What an engine puts into each container that it makes. */
  private static final Set<String> OF_CONTAINERS =
      Set.of("etc/resolv.conf", "etc/hosts", "etc/hostname", ".dockerenv");

  private static final List<String> CONFIGURATION =
      List.of(
          "Env",
          "Cmd",
          "Entrypoint",
          "WorkingDir",
          "User",
          "ExposedPorts",
          "Volumes",
          "Labels",
          "OnBuild",
          "StopSignal",
          "Healthcheck",
          "Shell");

  @TempDir private Path directory;
  private Path context;

  @BeforeEach
  void aContext() throws IOException {
    context = Files.createDirectory(directory.resolve("context"));
    Files.createDirectories(context.resolve("dir/sub"));
    Files.createDirectories(context.resolve("left/out"));
    for (String file : List.of("a.txt", "b.txt", "x y.txt", "dir/c.txt", "dir/sub/d.txt")) {
      Files.writeString(context.resolve(file), file);
    }
    Files.writeString(context.resolve("left/out/e.txt"), "left out");
    Files.writeString(context.resolve("left/in.txt"), "left in");
    Files.setAttribute(Files.writeString(context.resolve("m.sh"), "true"), "unix:mode", 0750);
    Files.createSymbolicLink(context.resolve("link"), Path.of("a.txt"));
    Files.createSymbolicLink(context.resolve("dirlink"), Path.of("dir"));
    Files.createSymbolicLink(context.resolve("dir/in"), Path.of("sub/d.txt"));
    Files.writeString(context.resolve(".dockerignore"), "left\n!left/in.txt\n# comment\n**/*.o\n");
    tar("plain.tar", "-cf");
    tar("packed.tgz", "-czf");
  }

  private void tar(String name, String how) throws IOException {
    run("tar", "--owner=5", "--group=6", how, path(name), "-C", path("dir"), "c.txt", "in", "sub");
  }

  private String path(String name) {
    return context.resolve(name).toString();
  }

  @Test
  void copy() throws IOException {
    expectTheSame(
        """
        FROM base
        RUN mkdir -m 700 /there && chown 3:4 /there && ln -s /there /sym && ln -s nowhere /dangling
        COPY a.txt /
        COPY a.txt b.txt /new/deep/
        COPY a.txt /renamed
        COPY dir /there
        COPY dir/ /d2/
        COPY . /all
        COPY *.txt di? /wild/
        COPY link dirlink /links/
        COPY dirlink/c.txt /through
        COPY ["x y.txt", "/sp ace/"]
        COPY a.txt /sym/b
        COPY a.txt /dangling
        COPY ../a.txt /outside
        COPY --chown=1000:2000 dir /owned
        COPY --chown=nobody --chmod=640 a.txt /mode
        COPY --chmod=755 m.sh dir /modes/
        WORKDIR /app
        COPY a.txt b.txt /app
        COPY dir left a.txt /merged
        """);
  }

  @Test
  void add() throws IOException {
    expectTheSame(
        """
        FROM base
        RUN ln -s /real /t3 && mkdir /real
        ADD plain.tar /t1/
        ADD packed.tgz a.txt /t2/
        ADD packed.tgz /t3
        ADD dir /d
        """);
  }

  @Test
  void stages() throws IOException {
    expectTheSame(
        """
        ARG BASE=base
        FROM $BASE AS made
        RUN mkdir -p /out/d && echo 1 >/out/x && chown 12:13 /out/x && chmod 4600 /out/x \\
          && ln -s x /out/l && ln /out/x /out/h
        FROM made AS more
        RUN rm -r /out/d && mkdir /out/d && echo 2 >/out/d/f && rm /out/l
        FROM base AS not-needed
        RUN false
        FROM scratch
        COPY --from=more / /
        COPY --from=made /out /in
        COPY --from=0 --chown=1:1 /out/l /l
        COPY --from=base /bin/busybox /bb
        RUN env | sort >/e; pwd >>/e; umask >>/e
        """);
  }

  @Test
  void mounts() throws IOException {
    expectTheSame(
        """
        FROM base AS seed
        RUN mkdir /s && echo 1 >/s/x && chown -R 5:6 /s
        FROM base
        RUN mkdir -p /mnt /tmp/src
        WORKDIR /app
        RUN --mount=type=bind,target=/tmp/src cp -a /tmp/src/dir /tmp/src/link . && ls /tmp/src >l
        RUN --mount=type=bind,source=dir,target=/mnt,rw touch /mnt/new && ls /mnt >l2
        RUN --mount=type=tmpfs,target=/tmp touch /tmp/q
        RUN --mount=type=cache,target=/mnt,mode=0700,uid=7,gid=8 ls -ldn /mnt | cut -c1-30 >l3
        RUN --mount=type=cache,from=seed,source=/s,target=/mnt,id=s cat /mnt/x >l4
        RUN --mount=from=seed,source=/s/x,target=/mnt/x cat /mnt/x >l5
        RUN --mount=type=secret,id=none,target=/tmp/secret ls /tmp/secret >l6 2>&1 || true
        """);
  }

  @Test
  void users() throws IOException {
    expectTheSame(
        """
        FROM base
        RUN echo u:x:33:44::/home/u:/bin/sh >>/etc/passwd && mkdir -p /home/u && chown 33 /home/u
        WORKDIR /w/x
        WORKDIR y
        COPY a.txt .
        USER u
        WORKDIR z
        RUN id -u >/home/u/id; id -g >>/home/u/id; echo $HOME >>/home/u/id; pwd >>/home/u/id
        COPY a.txt /home/u/
        USER 99:55
        RUN id -u >/tmp/id; id -g >>/tmp/id; echo $HOME >>/tmp/id
        VOLUME /w
        """);
  }

  @Test
  void ownersThatTheImageDoesNotKnowAreNoErrorsAndTold() throws IOException {
    CommandRun run =
        expectTheSame(
            """
            FROM base AS known
            COPY --chown=nonroot:nonroot dir /made/d
            COPY --chown=ghost:staff a.txt /a
            COPY --chown=nobody:ghosts a.txt /b
            COPY --chown=7:ghosts dir /made/e
            COPY --chown=root a.txt /c
            FROM scratch
            COPY --from=known --chown=root:root /bin/busybox /bin/
            COPY --from=known --chown=7 /a /made/a
            """);

    assertThat(run.err())
        .contains("--chown=ghost:staff: the image has no user ghost: 0:50 owns the copy")
        .contains(
            "--chown=nonroot:nonroot: the image has no user nonroot and no group nonroot: 0:0 owns"
                + " the copy")
        .doesNotContain("no user root")
        .doesNotContain("no group root");
  }

  @Test
  void configuration() throws IOException {
    expectTheSame(
        """
        ARG V=1
        FROM base AS parent
        ONBUILD RUN echo $A >/onbuild
        ENTRYPOINT ["/bin/false"]
        CMD ["x"]
        ENV A=parent
        FROM parent
        ARG V
        ARG W=$V-w
        RUN echo "$V $W" >/args
        ENV A=1 B="two words" C=$A D=${nope:-d} E=${A:+yes} F=\\$A G='$A' H="a\\"b"
        ENV I   spaced   value
        ENV W=env
        ARG W=arg
        RUN echo "$W $C" >>/args
        LABEL x=y "z z"='q' m="a\\
        b"
        EXPOSE 80 443/udp 1000-1002
        VOLUME /v1 /v2
        VOLUME ["/v 3"]
        STOPSIGNAL SIGQUIT
        HEALTHCHECK --interval=5s --timeout=3s --start-period=1m --retries=2 CMD echo ok
        SHELL ["/bin/sh", "-ec"]
        RUN false || true; \\
          # a comment
          echo on >/on
        ENTRYPOINT echo "$A"
        USER nobody
        ONBUILD RUN true
        MAINTAINER me
        """,
        "--build-arg",
        "V=7",
        "--label",
        "x=z");
  }

  @Test
  void eachLineOfTheHistoryHasItsLayerAlsoAfterLayersWithoutBytes() throws IOException {
    Path file = directory.resolve("Dockerfile.base");
    Files.writeString(
        file,
        """
        FROM %s
        WORKDIR /app
        RUN mkdir /x
        RUN true
        COPY a.txt /f
        ENV A=1
        """
            .formatted(TestEngine.BUSYBOX));
    run(client(), "build", "-t", "same/base", "-f", file.toString(), context.toString());

    expectTheSame(
        """
        FROM same/base
        RUN mkdir /y
        COPY b.txt m.sh /g/
        LABEL l=1
        RUN echo twelve bytes >/q
        CMD ["x"]
        """);

    assertThat(bytesOfLines("same/ours")).isEqualTo(bytesOfLines("same/buildkit"));
  }

  private List<String> bytesOfLines(String image) throws IOException {
    return run(client(), "history", "--human=false", "--format", "{{.Size}}", image)
        .lines()
        .toList();
  }

  private CommandRun expectTheSame(String dockerfile, String... options) throws IOException {
    Path file = directory.resolve("Dockerfile");
    Files.writeString(
        file, dockerfile.replaceAll("\\b(FROM |from=|BASE=)base\\b", "$1" + TestEngine.BUSYBOX));
    List<String> common = new ArrayList<>(List.of(options));
    common.addAll(List.of("-f", file.toString(), context.toString()));
    String host = TestEngine.first().host();

    List<String> buildkit = new ArrayList<>(List.of(client(), "build", "-t", "same/buildkit"));
    buildkit.addAll(common);
    run(buildkit.toArray(String[]::new));
    List<String> ours = new ArrayList<>(List.of("build", "--agent", "a1=" + host));
    ours.addAll(List.of("--state", directory.resolve("state").toString(), "-t", "same/ours"));
    ours.addAll(common);
    CommandRun run = CommandRun.of(ours.toArray(String[]::new));

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(files("same/ours")).containsExactlyInAnyOrderEntriesOf(files("same/buildkit"));
    assertThat(configuration("same/ours"))
        .containsKeys("Env")
        .isEqualTo(configuration("same/buildkit"));
    return run;
  }

  /** Debian's client has BuildKit's protocol in it; another may want a plugin for that. */
  private static String client() {
    return new File("/usr/bin/docker").canExecute() ? "/usr/bin/docker" : "docker";
  }

  private Map<String, String> files(String image) throws IOException {
    String container = run(client(), "create", image, "unused").strip();
    Path archive = directory.resolve("export.tar");
    run(client(), "export", "-o", archive.toString(), container);
    run(client(), "rm", container);
    Map<String, String> files = ImageFiles.of(archive);
    files.keySet().removeIf(name -> name.startsWith("dev/") || OF_CONTAINERS.contains(name));
    return files;
  }

  private Map<String, JsonNode> configuration(String image) throws IOException {
    String answer = run(client(), "image", "inspect", "--format", "{{json .Config}}", image);
    JsonNode all = JSON.readTree(answer);
    Map<String, JsonNode> configuration = new LinkedHashMap<>();
    for (String field : CONFIGURATION) {
      JsonNode value = all.path(field);
      // What is not there may stand as null, as nothing, or as an empty list.
      if (value.isContainerNode() ? !value.isEmpty() : !value.asText("").matches("|null")) {
        configuration.put(field, value);
      }
    }
    return configuration;
  }

  private String run(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("DOCKER_BUILDKIT", "1");
    builder.environment().put("DOCKER_HOST", TestEngine.first().host());
    Path errors = directory.resolve("errors");
    Process process = builder.redirectError(errors.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.onExit().join().exitValue();
    assertThat(status).as(() -> String.join(" ", command) + ": " + lastLines(errors)).isZero();
    return output;
  }

  private static String lastLines(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
