package io.jenkins.plugins.dockerfilebuild.vault;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in an S3-compatible store a vault lies.
 *
 * @param prefix of all its objects' names: empty, or ending in {@code /}
 */
public record S3Address(String bucket, String prefix) {

  private static final int ID_DIGITS = 32;

  private static final Pattern ADDRESS =
      Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9!_.*'()/-]*))?");

  /**
   * Reads {@code s3://BUCKET[/PREFIX]}.
   *
   * @throws IllegalArgumentException it is none
   */
  public static S3Address parse(String text) {
    Matcher address = ADDRESS.matcher(text);
    if (!address.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not of the form s3://BUCKET/PREFIX, as S3 names them");
    }
    String prefix = address.group(2) == null ? "" : address.group(2);
    String trimmed = prefix.replaceAll("^/+|/+$", "");
    return new S3Address(address.group(1), trimmed.isEmpty() ? "" : trimmed + "/");
  }

  /** What a vault there is known by: buckets of one name may be in several stores. */
  String id(Map<String, String> environment) {
    String anyService = environment.getOrDefault("AWS_ENDPOINT_URL", "");
    String store = environment.getOrDefault("AWS_ENDPOINT_URL_S3", anyService);
    return Digest.of(store + " " + this).hex().substring(0, ID_DIGITS);
  }

  @Override
  public String toString() {
    return "s3://" + bucket + "/" + prefix;
  }
}
