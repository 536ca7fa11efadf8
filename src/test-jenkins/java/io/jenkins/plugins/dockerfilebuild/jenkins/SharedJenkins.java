package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.security.ACL;
import hudson.security.ACLContext;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.runner.Description;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * One controller for all tests of a class, which leave no configuration behind: it starts slowly.
 */
public final class SharedJenkins extends JenkinsRule
    implements BeforeAllCallback, AfterAllCallback {

  /** What a test does itself it may do; requests come from whom they say. Set by beforeAll. */
  private ACLContext allowed;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    testDescription = Description.createSuiteDescription(context.getRequiredTestClass());
    try {
      before();
      assertPluginIsThere();
      allowed = ACL.as2(ACL.SYSTEM2);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Jenkins goes on without a plugin that it cannot load, and finds our classes on the class path
   * of the tests: what is tested is the plugin as it was packaged.
   */
  private void assertPluginIsThere() {
    assertThat(jenkins.getPluginManager().getFailedPlugins())
        .extracting(failed -> failed.name + ": " + failed.cause)
        .isEmpty();
    assertThat(jenkins.getPlugin("dockerfile-build")).as("the plugin").isNotNull();
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    allowed.close();
    after();
  }
}
