package com.cloudbees.plugins.credentials.common;

import hudson.util.ListBoxModel;

public abstract class AbstractIdCredentialsListBoxModel<
        T extends AbstractIdCredentialsListBoxModel<T, C>, C extends IdCredentials>
    extends ListBoxModel {
  public native AbstractIdCredentialsListBoxModel<T, C> includeEmptyValue();

  public native AbstractIdCredentialsListBoxModel<T, C> includeCurrentValue(String value);
}
