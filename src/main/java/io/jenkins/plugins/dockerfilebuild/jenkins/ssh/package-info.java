/**
 * SSH agents for {@code RUN --mount=type=ssh} from Jenkins' credentials, in the controller's
 * memory: a private key never leaves it, steps get signatures. Needs the plugins ssh-credentials
 * and mina-sshd-api-core, which are optional; nothing here may be loaded without them.
 */
package io.jenkins.plugins.dockerfilebuild.jenkins.ssh;
