package hudson;

import hudson.model.Saveable;
import jenkins.model.Loadable;

public abstract class Plugin implements Loadable, Saveable {}
