package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ImageUsers.Owner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageUsersTest {

  private static final ImageUsers USERS =
      ImageUsers.parse(
          "root:x:0:0::/root:/bin/sh\napp:x:1000:1001::/:\nnonsense\nbad:x:y:z\napp:x:7:7::/:\n",
          "root:x:0:\nstaff:x:50:app\nshort\n");

  private final List<String> unknown = new ArrayList<>();

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
    "app:,1000,0",
    "12:,12,0",
    "4294967294,4294967294,4294967294"
  })
  void namesAndNumbersAreResolved(String spec, long uid, long gid) {
    assertThat(owner(USERS, spec)).isEqualTo(new Owner(uid, gid));
    assertThat(unknown).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "nobody,0,0,user nobody",
    "nobody:staff,0,50,user nobody",
    "nobody:7,0,7,user nobody",
    "app:nobody,1000,1001,group nobody",
    "12:nobody,12,12,group nobody",
    "nobody:nogroup,0,0,user nobody group nogroup",
    "bad,0,0,user bad",
    "-1,0,0,user -1",
    "4294967295,0,0,user 4294967295",
    "99999999999,0,0,user 99999999999",
    "1:-1,1,1,group -1",
  })
  void aUserThatNoFileHasIsRootAndSuchAGroupIsTheUsers(
      String spec, long uid, long gid, String names) {
    assertThat(owner(USERS, spec)).isEqualTo(new Owner(uid, gid));
    assertThat(String.join(" ", unknown)).isEqualTo(names);
  }

  @Test
  void anImageWithoutFilesKnowsNumbersAndRoot() {
    ImageUsers none = ImageUsers.parse("", "");

    assertThat(owner(none, "")).isEqualTo(ImageUsers.ROOT);
    assertThat(owner(none, "5:6")).isEqualTo(new Owner(5, 6));
    assertThat(owner(none, "root:root")).isEqualTo(ImageUsers.ROOT);
    assertThat(unknown).isEmpty();
    assertThat(owner(none, "nonroot:nonroot")).isEqualTo(ImageUsers.ROOT);
    assertThat(unknown).containsExactly("user nonroot", "group nonroot");
  }

  private Owner owner(ImageUsers users, String spec) {
    return users.owner(spec, unknown::add);
  }
}
