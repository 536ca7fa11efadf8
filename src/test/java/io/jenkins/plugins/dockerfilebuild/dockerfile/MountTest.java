package io.jenkins.plugins.dockerfilebuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountTest {

  @Test
  void aMountIsAReadOnlyBindOfTheContextByDefault() {
    assertThat(parse("target=/src")).isEqualTo(new Mount.Bind("/src", true, Optional.empty(), ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          target=/x             | true
          target=/x,rw          | false
          target=/x,readwrite=0 | true
          target=/x,ro=false    | false
          target=/x,rw,ro       | true
          type=cache,target=/x  | false
          type=cache,target=/x,readonly | true
          type=tmpfs,target=/x  | false
          type=secret,id=x      | true
          """)
  void theTypeDecidesWhoWritesUnlessAFlagDoes(String flag, boolean readOnly) {
    assertThat(parse(flag).readOnly()).isEqualTo(readOnly);
  }

  @Test
  void aCacheIsFoundByItsCleanedTarget() {
    assertThat(parse("type=cache,target=/root/../m2/"))
        .isEqualTo(
            new Mount.Cache(
                "/root/../m2/",
                false,
                "/m2",
                Mount.Sharing.SHARED,
                Optional.empty(),
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    assertThat(((Mount.Cache) parse("type=cache")).id()).isEqualTo(".");
  }

  @Test
  void everyOptionOfACacheIsRead() {
    assertThat(
            parse(
                "type=CACHE,dst=/c,id=x,sharing=Locked,from=base,src=/seed,mode=0700,uid=7,gid=8"))
        .isEqualTo(
            new Mount.Cache(
                "/c",
                false,
                "x",
                Mount.Sharing.LOCKED,
                Optional.of("base"),
                "/seed",
                Optional.of(0700),
                Optional.of(7),
                Optional.of(8)));
  }

  @ParameterizedTest
  @CsvSource({
    "128m, 134217728",
    "1.5KiB, 1536",
    "64 kb, 65536",
    "4096, 4096",
    "10B, 10",
    "1e3, 1000",
    "2G, 2147483648"
  })
  void aSizeIsInPowersOf1024(String size, long bytes) {
    assertThat(parse("type=tmpfs,target=/t,size=" + size))
        .isEqualTo(new Mount.Tmpfs("/t", false, Optional.of(bytes)));
  }

  @Test
  void aSizeOfNothingIsNoLimit() {
    assertThat(((Mount.Tmpfs) parse("type=tmpfs,size=0")).sizeBytes()).isEmpty();
  }

  @Test
  void aSecretIsAFileOfRootThatNobodyElseReads() {
    assertThat(parse("type=secret,id=a/token"))
        .isEqualTo(
            new Mount.Secret("/run/secrets/token", "a/token", Optional.empty(), false, 0400, 0, 0));
    assertThat(parse("type=secret,target=/etc/netrc,required"))
        .isEqualTo(new Mount.Secret("/etc/netrc", "netrc", Optional.empty(), true, 0400, 0, 0));
    assertThat(parse("type=secret,src=t,env=TOKEN"))
        .isEqualTo(new Mount.Secret("", "t", Optional.of("TOKEN"), false, 0400, 0, 0));
  }

  @Test
  void anSshSocketHasADefaultId() {
    assertThat(parse("type=ssh")).isEqualTo(new Mount.Ssh("", "default", false, 0600, 0, 0));
  }

  @Test
  void valuesWithCommasStandInQuotes() {
    assertThat(parse("\"source=a,\"\"b\"\"\",target=/x"))
        .isEqualTo(new Mount.Bind("/x", true, Optional.empty(), "a,\"b\""));
  }

  @Test
  void variablesArePutIntoValues() {
    Map<String, String> variables = Map.of("T", "cache", "D", "/m2");
    WordExpansion expansion = new WordExpansion('\\');

    Mount mount = Mount.parse("type=${T},target=$D", value -> expansion.expand(value, variables));

    assertThat(mount.target()).isEqualTo("/m2");
    assertThat(mount).isInstanceOf(Mount.Cache.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mont=/x                     | unexpected key 'mont' in 'mont=/x' (did you mean mode?)
          typ=tmpfs                   | unexpected key 'typ' in 'typ=tmpfs' (did you mean type?)
          type=tmpf                   | unsupported mount type "tmpf" (did you mean tmpfs?)
          type=cache,sharing=lock     | unsupported sharing value "lock" (did you mean locked?)
          target                      | invalid field 'target' must be a key=value pair
          size=1m,type=tmpfs          | unexpected key 'size' for mount type 'bind'
          required,type=secret        | unexpected key 'required' for mount type 'bind'
          type=tmpfs,size=many        | invalid value for size: many
          type=tmpfs,size=-1          | invalid value for size: -1
          type=tmpfs,size=9e99        | invalid value for size: 9e99
          type=cache,mode=9           | invalid value 9 for mode
          type=cache,uid=root         | invalid value root for uid
          type=cache,uid=4294967296   | invalid value 4294967296 for uid
          mode=0700                   | mode not allowed for "bind" type mounts
          type=tmpfs,uid=1            | uid not allowed for "tmpfs" type mounts
          ro=maybe                    | invalid value for ro: maybe
          sharing=locked              | invalid cache sharing set for bind mount
          type=secret                 | invalid secret mount. one of source, target required
          type=secret,id=a,src=b      | both source and id can't be set
          type=secret,id=a,from=b     | secret mount should not have a from
          type=secret,id=a,sharing=shared | secret mount should not define sharing
          type=secret,id=a,env=       | env of a secret mount must be the name of a variable
          type=secret,id=a,env=A=b    | env of a secret mount must be the name of a variable
          type=ssh,src=b              | ssh does not support source
          a"b                         | failed to parse csv mounts: parse error on line 1, column 2: bare " in non-quoted field
          """)
  void whatIsWrongIsToldInBuildKitsWords(String flag, String problem) {
    assertThatThrownBy(() -> parse(flag))
        .isInstanceOf(DockerfileException.class)
        .hasMessage(problem);
  }

  @ParameterizedTest
  @CsvSource({"x, /w/x", "'', /w", "../y, /y", "/z/./a, /z/a", "../../../b, /b"})
  void aRelativeTargetIsBelowTheWorkingDirectory(String target, String expected) {
    assertThat(parse("target=" + target).targetIn("/w")).isEqualTo(expected);
  }

  @Test
  void nothingCanBeMountedOverEverything() {
    assertThatThrownBy(() -> parse("target=..").targetIn("/w"))
        .hasMessage("invalid mount target \"/\"");
  }

  private static Mount parse(String flag) {
    return Mount.parse(flag, value -> value);
  }
}
