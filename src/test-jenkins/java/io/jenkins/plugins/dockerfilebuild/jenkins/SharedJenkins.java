package io.jenkins.plugins.dockerfilebuild.jenkins;

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
      allowed = ACL.as2(ACL.SYSTEM2);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    allowed.close();
    after();
  }
}
