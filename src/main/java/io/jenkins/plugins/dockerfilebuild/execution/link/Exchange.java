package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.PlaceHolder;
import io.jenkins.plugins.dockerfilebuild.execution.PushListener;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** What a running {@link AgentCall} exchanges with its caller beside question and answer. */
interface Exchange {

  /** Lines of output, and SSH agents; blocks while the caller lags behind. */
  StepOutput output();

  /** A replica that is held for the caller from now on. */
  void opened(CacheReplicas.Use use);

  /** How a push goes on. */
  PushListener pushes();

  /** The agent's places for steps, and its way to other agents. */
  PoolSide pool();

  /** The caller is in a queue; who is ahead. */
  void waitsFor(List<PlaceHolder> ahead);

  /** The caller's turn has come. */
  void granted();

  /** Bytes that the caller sends. */
  InputStream incoming();

  /** Bytes for the caller; blocks while the caller lags behind. */
  OutputStream outgoing();
}
