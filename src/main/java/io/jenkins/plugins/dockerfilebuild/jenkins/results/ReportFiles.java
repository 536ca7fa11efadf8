package io.jenkins.plugins.dockerfilebuild.jenkins.results;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.report.BuildReport;
import io.jenkins.plugins.dockerfilebuild.report.JsonReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/** Reports in a run's folder, a JSON file for each build. A file that is there is complete. */
final class ReportFiles {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  /**
   * @param runFolder the folder of the run
   */
  ReportFiles(Path runFolder) {
    this.folder = runFolder.resolve("dockerfile-build");
  }

  void write(int number, BuildReport report) throws IOException {
    Files.createDirectories(folder);
    Path partial = Files.createTempFile(folder, "report-", ".part");
    Files.writeString(partial, JsonReport.of(report));
    Files.move(partial, file(number), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The report as it was written; empty if it is not there, as after a crash. */
  Optional<String> read(int number) throws IOException {
    try {
      return Optional.of(Files.readString(file(number)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** A report as plain values by name. */
  static Map<String, Object> values(String json) throws IOException {
    return JSON.readValue(json, new TypeReference<Map<String, Object>>() {});
  }

  private Path file(int number) {
    return folder.resolve(number + ".json");
  }
}
