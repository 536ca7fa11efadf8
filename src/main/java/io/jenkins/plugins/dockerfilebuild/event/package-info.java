/** What the engine tells while it builds. It writes no log of its own; whoever listens renders. */
package io.jenkins.plugins.dockerfilebuild.event;
