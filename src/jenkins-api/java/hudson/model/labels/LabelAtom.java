package hudson.model.labels;

import hudson.model.Label;
import hudson.model.Saveable;

public class LabelAtom extends Label implements Saveable {}
