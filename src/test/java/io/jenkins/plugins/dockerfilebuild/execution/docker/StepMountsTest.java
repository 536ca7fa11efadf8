package io.jenkins.plugins.dockerfilebuild.execution.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.MountSource;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StepMountsTest {

  private final AtomicInteger open = new AtomicInteger();

  /** Two readers of images have to be there before either comes further. */
  private final CyclicBarrier bothRead = new CyclicBarrier(2);

  private final AtomicInteger asked = new AtomicInteger();

  private final MountSources sources =
      (MountSources)
          Proxy.newProxyInstance(
              StepMountsTest.class.getClassLoader(),
              new Class<?>[] {MountSources.class},
              (proxy, method, arguments) -> {
                if (!method.getName().equals("image")) {
                  throw new AssertionError("nobody should call " + method.getName());
                }
                return image((String) arguments[0]);
              });

  private MountSource image(String imageId) throws Exception {
    if (asked.incrementAndGet() <= 2) {
      bothRead.await();
    }
    open.incrementAndGet();
    return MountSource.path("/kept/" + imageId, true, open::decrementAndGet);
  }

  @Test
  void severalImagesAreReadSideBySideAndHeldOnceEach() throws Exception {
    StepMounts mounts =
        new StepMounts(new StepMounts.Places(null, null, null, sources, null, null));

    mounts.addAll(
        List.of(
            new MountRequest.ImageBind("/b", true, "two", ""),
            new MountRequest.ImageBind("/a", true, "one", "")),
        null);

    assertThat(mounts.mounts())
        .extracting(mount -> mount.getSource() + " at " + mount.getTarget())
        .containsExactly("/kept/one at /a", "/kept/two at /b");
    assertThat(open).hasValue(2);
    mounts.close();
    assertThat(open).hasValue(0);
  }
}
