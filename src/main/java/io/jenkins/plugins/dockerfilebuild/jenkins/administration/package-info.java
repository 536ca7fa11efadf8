/** What an administrator sees and decides: defaults and limits, caches, what is wrong. */
package io.jenkins.plugins.dockerfilebuild.jenkins.administration;
