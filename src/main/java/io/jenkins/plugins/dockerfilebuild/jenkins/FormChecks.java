package io.jenkins.plugins.dockerfilebuild.jenkins;

import com.cloudbees.plugins.credentials.common.IdCredentials;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernameCredentials;
import hudson.FilePath;
import hudson.model.AbstractProject;
import hudson.model.Item;
import hudson.model.labels.LabelExpression;
import hudson.util.FormValidation;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.image.ReferenceFormat;
import io.jenkins.plugins.dockerfilebuild.jenkins.administration.DockerfileBuildGlobalConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What the form of a build says about its fields while they are filled in. */
final class FormChecks {

  /** A form does not wait for more bytes than a Dockerfile has. */
  private static final int MOST_CHECKED = 1 << 20;

  private FormChecks() {}

  /**
   * The path, and in a freestyle job that was built already also the file as its workspace has it
   * now. A Pipeline's form knows no workspace.
   */
  static FormValidation dockerfile(Item item, String value, String context) {
    String path = value == null ? "" : value.strip();
    if (path.startsWith("/") || List.of(path.split("/")).contains("..")) {
      return FormValidation.error(Messages.FormChecks_outside());
    }
    if (path.endsWith("/")) {
      return FormValidation.error(Messages.FormChecks_directory());
    }
    if (item instanceof AbstractProject<?, ?> job && item.hasPermission(Item.WORKSPACE)) {
      String folder = context == null || context.isBlank() ? "" : context.strip() + "/";
      return content(job.getSomeWorkspace(), path.isEmpty() ? folder + "Dockerfile" : path);
    }
    return FormValidation.ok();
  }

  private static FormValidation content(FilePath workspace, String path) {
    try {
      if (workspace == null || path.contains("$") || !workspace.isDescendant(path)) {
        return FormValidation.ok();
      }
      FilePath file = workspace.child(path);
      return file.exists() ? warning(path, start(file)) : FormValidation.ok();
    } catch (DockerfileException e) {
      return FormValidation.error(e.getMessage());
    } catch (IOException e) {
      return FormValidation.ok(); // Its agent is away; the build will see it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FormValidation.ok();
    }
  }

  private static byte[] start(FilePath file) throws IOException, InterruptedException {
    try (InputStream bytes = file.read()) {
      return bytes.readNBytes(MOST_CHECKED + 1);
    }
  }

  private static FormValidation warning(String path, byte[] dockerfile) {
    return dockerfile.length > MOST_CHECKED
        ? FormValidation.ok()
        : Dockerfile.parse(path, dockerfile).warnings().stream()
            .findFirst()
            .map(warning -> FormValidation.warning(warning.message()))
            .orElseGet(FormValidation::ok);
  }

  static FormValidation agents(Item item, String value) {
    if (value == null || value.isBlank()) {
      String usual = DockerfileBuildGlobalConfiguration.get().getAgents();
      return FormValidation.ok(
          usual.isEmpty()
              ? Messages.FormChecks_ownAgent()
              : Messages.FormChecks_usualAgents(usual));
    }
    return value.contains("$") ? FormValidation.ok() : LabelExpression.validate(value, item);
  }

  static FormValidation map(String field, String value) {
    try {
      KeyValueLines.map(field, value == null ? "" : value);
      return FormValidation.ok();
    } catch (IllegalArgumentException e) {
      return FormValidation.error(e.getMessage());
    }
  }

  static FormValidation platforms(String value) {
    String text = value == null ? "" : value;
    try {
      return text.contains("$") || KeyValueLines.platforms(text).size() < 2
          ? FormValidation.ok()
          : FormValidation.ok(Messages.FormChecks_platforms());
    } catch (IllegalArgumentException e) {
      return FormValidation.error(e.getMessage());
    }
  }

  static FormValidation outputs(String value) {
    try {
      KeyValueLines.list(value == null ? "" : value).stream()
          .filter(line -> !line.contains("$"))
          .forEach(WorkspaceOutput::parse);
      return FormValidation.ok();
    } catch (IllegalArgumentException e) {
      return FormValidation.error(e.getMessage());
    }
  }

  static FormValidation tags(String value) {
    for (String tag : KeyValueLines.list(value == null ? "" : value)) {
      Optional<String> problem = ReferenceFormat.problemOfTag(tag);
      if (!tag.contains("$") && problem.isPresent()) {
        return FormValidation.error("\"" + tag + "\": " + problem.get());
      }
    }
    return FormValidation.ok();
  }

  static FormValidation secrets(Item item, String value) {
    return credentials(
        item,
        StandardCredentials.class,
        () -> KeyValueLines.map("secrets", value == null ? "" : value));
  }

  static FormValidation ssh(Item item, String value) {
    return credentials(
        item,
        StandardUsernameCredentials.class,
        () -> KeyValueLines.mapOrDefault("ssh", value == null ? "" : value));
  }

  private static FormValidation credentials(
      Item item, Class<? extends IdCredentials> type, Supplier<Map<String, String>> read) {
    try {
      Map<String, String> ids = read.get();
      for (String id : ids.values()) {
        FormValidation check = CredentialChoices.check(item, type, id);
        if (check.kind != FormValidation.Kind.OK) {
          return check;
        }
      }
      return FormValidation.ok();
    } catch (IllegalArgumentException e) {
      return FormValidation.error(e.getMessage());
    }
  }

  static FormValidation parallelism(String value) {
    return value == null || value.isBlank() || value.matches("\\d{1,4}")
        ? FormValidation.ok()
        : FormValidation.error(Messages.FormChecks_parallelism());
  }
}
