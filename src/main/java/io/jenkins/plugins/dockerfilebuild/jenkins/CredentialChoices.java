package io.jenkins.plugins.dockerfilebuild.jenkins;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import hudson.model.Item;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.util.List;
import jenkins.model.Jenkins;

/** Credentials in forms. Who may not configure the job learns nothing about them. */
final class CredentialChoices {

  private CredentialChoices() {}

  /** Those of a type that a job may use, and what is chosen already. */
  static ListBoxModel of(Item item, Class<? extends IdCredentials> type, String current) {
    StandardListBoxModel choices = new StandardListBoxModel();
    choices.includeEmptyValue();
    if (maySee(item)) {
      choices.addAll(list(item, type));
    }
    choices.includeCurrentValue(current == null ? "" : current);
    return choices;
  }

  /** Whether an id is that of credentials that the job may use. */
  static FormValidation check(Item item, Class<? extends IdCredentials> type, String id) {
    if (!maySee(item) || id == null || id.isBlank() || id.contains("$")) {
      return FormValidation.ok();
    }
    return list(item, type).stream().anyMatch(choice -> choice.value.equals(id))
        ? FormValidation.ok()
        : FormValidation.error("There are no credentials of that kind with the id " + id);
  }

  private static ListBoxModel list(Item item, Class<? extends IdCredentials> type) {
    return CredentialsProvider.listCredentialsInItem(
        type, item, ACL.SYSTEM2, List.of(), CredentialsMatchers.always());
  }

  private static boolean maySee(Item item) {
    return item == null
        ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
        : item.hasPermission(Item.EXTENDED_READ)
            || item.hasPermission(CredentialsProvider.USE_ITEM);
  }
}
