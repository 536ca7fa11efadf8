package io.jenkins.plugins.dockerfilebuild.jenkins;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import hudson.model.Item;
import hudson.model.Queue;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.util.List;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;

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
        : FormValidation.error(Messages.CredentialChoices_none(id));
  }

  private static ListBoxModel list(Item item, Class<? extends IdCredentials> type) {
    return CredentialsProvider.listCredentialsInItem(
        type, item, user(item), List.of(), CredentialsMatchers.always());
  }

  /** As whom the job will look them up. */
  private static Authentication user(Item item) {
    return item instanceof Queue.Task job ? Tasks.getAuthenticationOf2(job) : ACL.SYSTEM2;
  }

  private static boolean maySee(Item item) {
    return item == null
        ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
        : item.hasPermission(Item.EXTENDED_READ)
            || item.hasPermission(CredentialsProvider.USE_ITEM);
  }
}
