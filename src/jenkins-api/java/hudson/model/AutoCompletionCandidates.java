package hudson.model;

import org.kohsuke.stapler.HttpResponse;

public class AutoCompletionCandidates implements HttpResponse {
  public native AutoCompletionCandidates add(String v);

  public native AutoCompletionCandidates add(String... v);
}
