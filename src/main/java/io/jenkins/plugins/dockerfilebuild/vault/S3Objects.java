package io.jenkins.plugins.dockerfilebuild.vault;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects below a prefix of a bucket. A PUT shows when it is complete, so there is never a half of
 * an object. Thread-safe.
 */
final class S3Objects implements VaultObjects {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration SILENCE = Duration.ofSeconds(30);
  private static final Duration CALL = Duration.ofMinutes(2);
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final String REGION_OF_NO_AWS = "us-east-1";

  private final S3Client s3;
  private final S3Address address;

  private S3Objects(S3Client s3, S3Address address) {
    this.s3 = s3;
    this.address = address;
  }

  /**
   * Prepares access; nothing is asked yet.
   *
   * @param environment as AWS' own tools read it: {@code AWS_ACCESS_KEY_ID} and others, {@code
   *     AWS_REGION}, {@code AWS_ENDPOINT_URL_S3} or {@code AWS_ENDPOINT_URL}. Without a key the
   *     SDK's default chain is asked: profiles, containers, instances
   */
  static S3Objects open(S3Address address, Map<String, String> environment) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(SILENCE))
            .overrideConfiguration(settings -> settings.apiCallTimeout(CALL))
            // What many compatible stores do not know; chunks have digests of their own.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .region(Region.of(environment.getOrDefault("AWS_REGION", REGION_OF_NO_AWS)))
            .credentialsProvider(credentials(environment));
    endpoint(environment)
        .ifPresent(url -> builder.endpointOverride(URI.create(url)).forcePathStyle(true));
    return new S3Objects(builder.build(), address);
  }

  private static Optional<String> endpoint(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("AWS_ENDPOINT_URL_S3"))
        .or(() -> Optional.ofNullable(environment.get("AWS_ENDPOINT_URL")));
  }

  private static AwsCredentialsProvider credentials(Map<String, String> environment) {
    String id = environment.get("AWS_ACCESS_KEY_ID");
    String secret = environment.get("AWS_SECRET_ACCESS_KEY");
    if (id == null || secret == null) {
      return DefaultCredentialsProvider.builder().build();
    }
    String session = environment.get("AWS_SESSION_TOKEN");
    return StaticCredentialsProvider.create(
        session == null
            ? AwsBasicCredentials.create(id, secret)
            : AwsSessionCredentials.create(id, secret, session));
  }

  @Override
  public Optional<byte[]> get(String name, long offset, int most) throws IOException {
    return ask(
        () -> {
          try {
            String range = "bytes=%d-%d".formatted(offset, offset + most - 1);
            return Optional.of(
                s3.getObjectAsBytes(get -> get.bucket(address.bucket()).key(key(name)).range(range))
                    .asByteArrayUnsafe());
          } catch (NoSuchKeyException e) {
            return Optional.empty();
          } catch (S3Exception e) {
            if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
              return Optional.of(new byte[0]);
            }
            throw e;
          }
        });
  }

  @Override
  public void put(String name, byte[] content) throws IOException {
    ask(
        () ->
            s3.putObject(
                put -> put.bucket(address.bucket()).key(key(name)),
                RequestBody.fromBytes(content)));
  }

  @Override
  public List<Stored> list(String prefix) throws IOException {
    return ask(
        () -> {
          List<Stored> all = new ArrayList<>();
          for (S3Object object :
              s3.listObjectsV2Paginator(list -> list.bucket(address.bucket()).prefix(key(prefix)))
                  .contents()) {
            String name = object.key().substring(address.prefix().length());
            all.add(new Stored(name, object.size(), object.lastModified().toEpochMilli()));
          }
          return all;
        });
  }

  @Override
  public List<String> folders() throws IOException {
    return ask(
        () ->
            s3
                .listObjectsV2Paginator(
                    list -> list.bucket(address.bucket()).prefix(address.prefix()).delimiter("/"))
                .commonPrefixes()
                .stream()
                .map(CommonPrefix::prefix)
                .map(p -> p.substring(address.prefix().length(), p.length() - 1))
                .toList());
  }

  /** One by one: to delete many at once takes checksums that many compatible stores refuse. */
  @Override
  public void delete(Collection<String> names) throws IOException {
    for (String name : names) {
      ask(() -> s3.deleteObject(delete -> delete.bucket(address.bucket()).key(key(name))));
    }
  }

  private String key(String name) {
    return address.prefix() + name;
  }

  /** The SDK tries again by itself; what it throws then is final. */
  private <T> T ask(Supplier<T> call) throws IOException {
    try {
      return call.get();
    } catch (SdkException e) {
      throw new IOException(address + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    s3.close();
  }
}
