package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.plan.StepKey;

/**
 * A step's result: where its image lies, and the key of its content, under which steps on top of it
 * go on.
 */
record StepResult(StepKey contentKey, Located image) {}
