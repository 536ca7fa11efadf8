package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ImageUsers.Owner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageUsersTest {

  private static final ImageUsers USERS =
      ImageUsers.parse(
          "root:x:0:0::/root:/bin/sh\napp:x:1000:1001::/:\nnonsense\nbad:x:y:z\napp:x:7:7::/:\n",
          "root:x:0:\nstaff:x:50:app\nshort\n");

  @ParameterizedTest
  @CsvSource({
    "'',0,0",
    "root,0,0",
    "app,1000,1001",
    "app:staff,1000,50",
    "app:7,1000,7",
    "1000,1000,1000",
    "1000:staff,1000,50",
    "12:34,12,34",
    "app:,1000,1001",
    "4294967294,4294967294,4294967294"
  })
  void namesAndNumbersAreResolved(String spec, long uid, long gid) {
    assertThat(USERS.owner(spec)).hasValue(new Owner(uid, gid));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "app:nobody", "bad", "-1", "4294967295", "99999999999", "1:-1"})
  void whatNoFileHasIsEmpty(String spec) {
    assertThat(USERS.owner(spec)).isEmpty();
  }

  @Test
  void anImageWithoutFilesKnowsNumbersAndRoot() {
    ImageUsers none = ImageUsers.parse("", "");

    assertThat(none.owner("")).hasValue(ImageUsers.ROOT);
    assertThat(none.owner("5:6")).hasValue(new Owner(5, 6));
    assertThat(none.owner("root")).isEmpty();
  }
}
