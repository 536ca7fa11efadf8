package io.jenkins.plugins.dockerfilebuild.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TreeDifferenceTest {

  private static TreeEntry file(String path, int mode, String content) {
    return TreeEntry.file(path, mode, content.length(), Digest.of(content));
  }

  private static Tree tree(TreeEntry... entries) {
    List<TreeEntry> all = new ArrayList<>(Arrays.asList(entries));
    all.add(TreeEntry.directory("", 0755));
    return Tree.of(all);
  }

  @Test
  void aChangedFileIsNamedAndTheOthersAreCounted() {
    Tree before = tree(file("App.java", 0644, "1"), file("old", 0644, "x"));
    Tree after = tree(file("App.java", 0644, "2"), file("young", 0644, "x"));

    TreeDifference difference = Tree.difference(before, after);

    assertThat(difference.added()).containsExactly("young");
    assertThat(difference.removed()).containsExactly("old");
    assertThat(difference.changed())
        .extracting(TreeDifference.Change::path)
        .containsExactly("App.java");
    assertThat(difference.summary()).isEqualTo("App.java changed (and 2 more)");
  }

  @Test
  void aChangeOfModeAloneIsToldAsSuch() {
    TreeDifference difference =
        Tree.difference(tree(file("b.sh", 0644, "x")), tree(file("b.sh", 0755, "x")));

    assertThat(difference.changed()).allMatch(TreeDifference.Change::isModeOnly);
    assertThat(difference.summary()).isEqualTo("b.sh mode 644 -> 755");
  }

  @Test
  void aChangeOfTypeNamesBoth() {
    TreeDifference difference =
        Tree.difference(
            tree(TreeEntry.directory("lib", 0755)), tree(TreeEntry.symlink("lib", "usr/lib")));

    assertThat(difference.summary()).isEqualTo("lib: directory -> symlink");
  }

  @Test
  void anotherLinkTargetIsAChange() {
    TreeDifference difference =
        Tree.difference(tree(TreeEntry.symlink("l", "a")), tree(TreeEntry.symlink("l", "b")));

    assertThat(difference.summary()).isEqualTo("l changed");
  }

  @Test
  void equalTreesDoNotDiffer() {
    TreeDifference difference =
        Tree.difference(tree(file("a", 0644, "x")), tree(file("a", 0644, "x")));

    assertThat(difference.isEmpty()).isTrue();
    assertThat(difference.summary()).isEqualTo("nothing changed");
  }

  @Test
  void theRootOfATreeIsADot() {
    Tree before = Tree.of(List.of(file("", 0644, "1")));
    Tree after = Tree.of(List.of(file("", 0644, "2")));

    assertThat(Tree.difference(before, after).summary()).isEqualTo(". changed");
  }

  @Test
  void whatIsOnlyAddedOrRemovedIsSaid() {
    assertThat(Tree.difference(tree(), tree(file("a", 0644, "x"))).summary()).isEqualTo("a added");
    assertThat(Tree.difference(tree(file("a", 0644, "x")), tree()).summary())
        .isEqualTo("a removed");
  }
}
