package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.model.PushResponseItem;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** By what Docker 20.10.24 and 28.5.2 said of a pushed image. */
class PushProgressTest {

  private static final Digest MANIFEST = Digest.of("a manifest");

  private final List<String> told = new ArrayList<>();
  private final PushProgress progress =
      new PushProgress((done, all) -> told.add(done + " of " + all));

  private void says(String line) throws IOException {
    progress.onNext(new ObjectMapper().readValue(line.replace('\'', '"'), PushResponseItem.class));
  }

  @Test
  void theDigestIsThatOfTheLastMessage() throws IOException {
    says("{'status':'The push refers to repository [x/y]'}");
    says("{'status':'Layer already exists','progressDetail':{},'id':'b4d7630e1619'}");
    says("{'status':'1: digest: " + MANIFEST + " size: 422'}");
    says("{'progressDetail':{},'aux':{'Tag':'1','Digest':'" + MANIFEST + "','Size':422}}");

    assertThat(progress.digest()).isEqualTo(MANIFEST);
    assertThat(told).containsExactly("1 of 1");
  }

  @Test
  void anEngineWithImagesInContainerdSaysTheDigestInWords() throws IOException {
    says("{'status':'The push refers to repository [127.0.0.1:5999/x/y]'}");
    says("{'status':'Pushed','progressDetail':{},'id':'b4d7630e1619'}");
    says("{'status':'1: digest: " + MANIFEST + " size: 422'}");

    assertThat(progress.digest()).isEqualTo(MANIFEST);
  }

  @Test
  void whatDoesNotSayTheDigestIsNoEndOfAPush() throws IOException {
    says("{'status':'Pushed','progressDetail':{},'id':'b4d7630e1619'}");
    says("{'status':'1: digest: sha256:abc size: 422'}");

    assertThatThrownBy(progress::digest).isInstanceOf(DockerClientException.class);
  }
}
