package io.jenkins.plugins.dockerfilebuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunScriptTest {

  @Test
  void theExecFormNeedsNoShell() {
    assertThat(script("RUN [\"a\", \"b\"]")).isEqualTo(new RunScript.Exec(List.of("a", "b")));
  }

  @Test
  void theShellFormIsALineForTheShell() {
    assertThat(script("RUN a | b")).isEqualTo(new RunScript.ShellText("a | b"));
  }

  @Test
  void aHereDocumentAloneIsTheScript() {
    assertThat(script("RUN <<-'E'", "\ta $X", "\t\tb", "E"))
        .isEqualTo(new RunScript.ShellText("a $X\nb\n"));
  }

  @Test
  void withASharpBangItIsAFileToExecute() {
    RunScript script = script("RUN <<E", "#!/usr/bin/env  python3 -u", "print()", "E");

    assertThat(script)
        .isEqualTo(new RunScript.ScriptFile("E", "#!/usr/bin/env  python3 -u\nprint()\n"));
    assertThat(((RunScript.ScriptFile) script).interpreter())
        .containsExactly("/usr/bin/env", "python3 -u");
  }

  @Test
  void besideACommandHereDocumentsAreTheShellsBusiness() {
    assertThat(script("RUN cat <<-A 3<<B", "\ta", "\tA", "b", "B"))
        .isEqualTo(new RunScript.ShellText("cat <<-A 3<<B\n\ta\nA\nb\nB"));
  }

  @Test
  void aFileOfCopyHasItsVariablesPutIn() {
    Map<String, String> variables = Map.of("A", "1");

    assertThat(new HereDocument("E", 0, true, true, "\t\"$A\" 'b'\\$A\n").text(variables))
        .isEqualTo("\"1\" 'b'$A\n");
    assertThat(new HereDocument("E", 0, false, true, "\t$A\n").text(variables)).isEqualTo("$A\n");
    assertThat(new HereDocument("E", 0, true, false, "\t$B-\n").text(variables)).isEqualTo("\t-\n");
  }

  private static RunScript script(String... lines) {
    return DockerfileTest.one(Instruction.Run.class, lines).script();
  }
}
