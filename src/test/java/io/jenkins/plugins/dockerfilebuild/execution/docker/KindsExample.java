package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.RawApi;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A build that has every mount and every way to copy, run by the command line in a process of its
 * own, as whoever and wherever a test wants. All its files may be read by anybody.
 */
final class KindsExample {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The only step that sees {@code other/b.txt}. */
  static final String LAST = "RUN --mount=target=/b,source=other/b.txt cat /b > /from-file";

  private static final String BUILT =
      """
      FROM base AS built
      RUN mkdir -p /out/deep && echo built > /out/deep/file && chown 1000:1001 /out/deep/file \\
          && ln /out/deep/file /out/hard && ln -s deep/file /out/soft && chmod 4750 /out/deep/file \\
          && chown 33:33 /out && chmod 2751 /out
      """;

  private static final String FINAL =
      """
      FROM %1$s
      ARG KIND
      """;

  /** A cache for each sharing mode. */
  private static final String CACHES =
      """
      RUN --mount=type=cache,id=shared,target=/c/shared \\
          --mount=type=cache,id=locked,sharing=locked,target=/c/locked,uid=7,mode=0711 \\
          --mount=type=cache,id=private,sharing=private,target=/c/private \\
          --mount=type=cache,id=seeded,from=built,source=/out,target=/c/seeded \\
          umask 077; mkdir -p /c/shared/d; for c in shared locked private seeded; do \\
          echo x >> /c/$c/count; done; echo mine > /c/shared/d/unreadable; chown 77 /c/shared/d; \\
          ln -f /c/shared/count /c/shared/d/other; rm -f /c/shared/gone-$(cat /c/shared/d/other | wc -l); \\
          touch /c/shared/gone-$(($(cat /c/shared/d/other | wc -l) + 1)); \\
          stat -c '%%a %%u' /c/locked > /from-cache; cat /c/seeded/soft >> /from-cache; echo $KIND
      """;

  /** Has an argument that tells one kind's keys from others'. */
  private static final String DOCKERFILE =
      """
      FROM %1$s AS base
      ARG KIND
      RUN --mount=target=/ctx,source=src cat /ctx/a.txt > /from-bind; touch /ctx/n || echo refused
      """
          + BUILT
          + FINAL
          + """
      COPY --chown=1:2 src /copied/
      ADD archive.tar /unpacked/
      COPY --from=built /out /out
      RUN --mount=target=/work/src,source=src,rw echo changed > /work/src/a.txt \\
          && echo new > /work/src/n && cat /work/src/a.txt /work/src/n > /from-rw
      RUN --mount=from=built,source=/out,target=/stage --mount=from=%1$s,source=/bin,target=/img/bin \\
          stat -c '%%a %%u %%g' /stage /stage/hard > /from-stage && cat /stage/soft >> /from-stage \\
          && test -x /img/bin/busybox
      RUN --mount=from=built,source=/out/deep/file,target=/one,rw echo more >> /one && cat /one > /f
      RUN --mount=type=tmpfs,target=/scratch/deep,size=1m head -c 2000000 /dev/zero > /scratch/deep/z \\
          || echo full > /from-tmpfs
      RUN --mount=type=secret,id=token,uid=5,mode=0440 stat -c '%%a %%u' /run/secrets/token > /secret \\
          && wc -c < /run/secrets/token >> /secret
      """
          + CACHES
          + """
      RUN <<EOF
      echo from a here-document > /from-script
      EOF
      """
          + LAST
          + "\n";

  /** Of {@link #DOCKERFILE} what fills the caches. */
  private static final String CACHES_ALONE = "FROM %1$s AS base\n" + BUILT + FINAL + CACHES;

  final Path root;
  final Path context;
  private final Path classPath;

  /**
   * @param root an empty directory
   */
  KindsExample(Path root) throws IOException {
    this.root = root;
    Files.setAttribute(root, "unix:mode", 0755);
    this.context = Files.createDirectory(root.resolve("context"));
    Files.createDirectory(context.resolve("src"));
    write("Dockerfile", DOCKERFILE.formatted(TestEngine.BUSYBOX));
    write("caches.Dockerfile", CACHES_ALONE.formatted(TestEngine.BUSYBOX));
    write(".dockerignore", "*.log\n*Dockerfile\n");
    write("src/a.txt", "a\n");
    Files.createDirectory(context.resolve("other"));
    write("other/b.txt", "b\n");
    write("src/noise.log", "never seen\n");
    Files.write(context.resolve("archive.tar"), archive());
    write("token", "s3cr3t");
    this.classPath = Files.createDirectory(root.resolve("class-path"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      place(Path.of(entry));
    }
  }

  void write(String path, String content) throws IOException {
    Files.writeString(context.resolve(path), content);
  }

  private static byte[] archive() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry("in/archive");
      entry.setModTime(0);
      entry.setIds(3, 4);
      entry.setSize(2);
      tar.putArchiveEntry(entry);
      tar.write(new byte[] {'o', '\n'});
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  /** The class path lies in folders that only root may enter, as a rule. */
  private void place(Path entry) throws IOException {
    Path target = classPath.resolve(Digest.of(entry.toString()).hex().substring(0, 12));
    if (Files.isDirectory(entry)) {
      try (Stream<Path> files = Files.walk(entry)) {
        for (Path file : files.toList()) {
          Path copy = target.resolve(entry.relativize(file).toString());
          if (Files.isDirectory(file)) {
            Files.createDirectories(copy);
          } else {
            link(file, copy);
          }
        }
      }
    } else if (Files.exists(entry)) {
      link(entry, target.resolveSibling(target.getFileName() + ".jar"));
    }
  }

  private static void link(Path file, Path copy) throws IOException {
    try {
      Files.createLink(copy, file);
    } catch (FileSystemException otherFileSystem) {
      Files.copy(file, copy);
    }
  }

  /** The class path as it is below a folder. */
  String classPath(Path at) throws IOException {
    try (Stream<Path> entries = Files.list(classPath)) {
      return String.join(
          File.pathSeparator,
          entries.map(e -> at.resolve(root.relativize(e)).toString()).sorted().toList());
    }
  }

  /** Words of a build, with all paths below {@code at}. */
  List<String> words(Path at, String kind, List<String> more) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(at),
                "io.jenkins.plugins.dockerfilebuild.cli.Main",
                "build",
                "--progress=plain",
                "--build-arg=KIND=" + kind,
                "--secret=id=token,src=" + at.resolve("context/token"),
                "--report=" + at.resolve("out/report.json")));
    words.addAll(more);
    words.add(at.resolve("context").toString());
    return words;
  }

  /** Words for {@link #words} of a build that does no more than to fill the caches. */
  static List<String> cachesAlone(Path at) {
    return List.of("-f", at.resolve("context/caches.Dockerfile").toString());
  }

  /** What a process printed and how the build went. */
  record Built(String printed, JsonNode report) {

    List<String> executed() {
      return steps()
          .filter(step -> step.path("status").asText().equals("EXECUTED"))
          .map(step -> step.path("text").asText())
          .toList();
    }

    private Stream<JsonNode> steps() {
      return StreamSupport.stream(report.path("steps").spliterator(), false);
    }

    /** The only agent's storage. */
    JsonNode storage() {
      return report.path("agentStorage").path(0);
    }

    String imageId() {
      return report.path("imageId").asText();
    }

    /** Of the cache mounts, by id: how each was found. */
    Map<String, String> caches() {
      Map<String, String> hits = new TreeMap<>();
      steps()
          .flatMap(step -> StreamSupport.stream(step.path("mounts").spliterator(), false))
          .filter(mount -> mount.path("type").asText().equals("cache"))
          .forEach(mount -> hits.put(mount.path("id").asText(), mount.path("hit").asText()));
      return hits;
    }
  }

  /** Runs a command that builds; it must succeed. */
  Built run(List<String> command) throws IOException, InterruptedException {
    Path out = Files.createDirectories(root.resolve("out"));
    Files.setAttribute(out, "unix:mode", 0777);
    Files.deleteIfExists(out.resolve("report.json"));
    Path log = root.resolve("log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HOME", out.toString());
    Process process = builder.redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();
    String printed = Files.readString(log, StandardCharsets.ISO_8859_1);
    assertThat(ended).as(printed).isTrue();
    assertThat(process.exitValue()).as(printed).isZero();
    return new Built(printed, JSON.readTree(out.resolve("report.json").toFile()));
  }

  /** The files of all layers above the base: path to what a layer says of it, but for times. */
  static List<Map<String, String>> layers(TestEngine engine, String imageId) throws IOException {
    ByteArrayOutputStream saved = new ByteArrayOutputStream();
    new RawApi(engine.engine()).save(List.of(imageId), saved);
    List<Map<String, String>> layers = new ArrayList<>();
    for (byte[] layer : SavedImage.of(saved.toByteArray()).layers()) {
      layers.add(layer(layer));
    }
    return layers;
  }

  private static Map<String, String> layer(byte[] tar) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (var layer = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
      for (TarArchiveEntry entry; (entry = layer.getNextEntry()) != null; ) {
        String says =
            "%c %o %d:%d %s %s"
                .formatted(
                    (char) entry.getLinkFlag(),
                    entry.getMode(),
                    entry.getLongUserId(),
                    entry.getLongGroupId(),
                    entry.getLinkName(),
                    Digest.of(layer.readAllBytes()).abbreviated());
        files.put(entry.getName(), says);
      }
    }
    return files;
  }

  static List<String> java(List<String> words) {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command = new ArrayList<>(List.of(java.toString()));
    command.addAll(words);
    return command;
  }

  static List<String> joined(List<String> first, String... then) {
    List<String> all = new ArrayList<>(first);
    all.addAll(Arrays.asList(then));
    return all;
  }
}
