package hudson.model;

import java.io.PrintStream;

public interface TaskListener {
  TaskListener NULL = null;

  PrintStream getLogger();
}
