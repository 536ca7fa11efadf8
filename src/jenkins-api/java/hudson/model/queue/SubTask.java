package hudson.model.queue;

import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.ResourceActivity;
import java.io.IOException;

public interface SubTask extends ResourceActivity {
  default Label getAssignedLabel() {
    throw new UnsupportedOperationException();
  }

  Queue.Executable createExecutable() throws IOException;

  default Queue.Task getOwnerTask() {
    throw new UnsupportedOperationException();
  }

  default Queue.Executable getOwnerExecutable() {
    throw new UnsupportedOperationException();
  }
}
