/**
 * The pool of a build in Jenkins: agents of a label, and executors on them that are leased through
 * the queue while a step runs there. {@link
 * io.jenkins.plugins.dockerfilebuild.jenkins.pool.LeasedAgents} is the door.
 */
package io.jenkins.plugins.dockerfilebuild.jenkins.pool;
