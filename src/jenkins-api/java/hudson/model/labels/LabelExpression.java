package hudson.model.labels;

import hudson.model.AutoCompletionCandidates;
import hudson.model.Item;
import hudson.model.Label;
import hudson.util.FormValidation;

public abstract class LabelExpression extends Label {
  public static native AutoCompletionCandidates autoComplete(String label);

  public static native FormValidation validate(String expression, Item item);
}
