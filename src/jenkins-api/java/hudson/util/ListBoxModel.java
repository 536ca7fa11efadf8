package hudson.util;

import hudson.model.ModelObject;
import java.util.ArrayList;
import org.kohsuke.stapler.HttpResponse;

public class ListBoxModel extends ArrayList<ListBoxModel.Option> implements HttpResponse {
  public static final class Option {
    public String name;
    public String value;
  }

  public native void add(String displayName, String value);

  public native void add(ModelObject usedForDisplayName, String value);

  public native ListBoxModel add(String nameAndValue);
}
