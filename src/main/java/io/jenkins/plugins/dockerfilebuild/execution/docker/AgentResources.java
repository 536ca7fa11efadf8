package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.github.dockerjava.api.exception.DockerException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentInfo;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.MountStorage;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.AuxiliaryContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.CommandStarts;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.FullDisk;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageLoads;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageRemovals;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageStore;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.ImageUses;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.LentContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.NetworkNamespaces;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.RegistryConnections;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Session;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.StepImages;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.StepInventory;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.FileTransfer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that an agent on a Docker engine works with: opened together, closed together.
 *
 * @param places where it keeps what steps mount
 * @param disk whose end its calls may meet
 */
record AgentResources(
    Engine engine,
    Session session,
    AgentInfo info,
    StepInventory inventory,
    AgentImages images,
    RegistryConnections registries,
    ImageParts parts,
    StepExecution.Tools tools,
    StepMounts.Places places,
    ImageUses uses,
    DockerStorage storage,
    Upkeep upkeep,
    FullDisk disk)
    implements AutoCloseable {

  /**
   * What an agent is made with.
   *
   * @param limits of what is kept; empty: {@link StorageLimits#ofDisk}
   * @param storage where it keeps what containers mount; empty: as a probe finds out
   * @param environment by which registries are reached
   */
  record Options(
      Optional<StorageLimits> limits,
      Optional<MountStorage> storage,
      Map<String, String> environment) {

    private StorageLimits limits(Path state) throws IOException {
      return limits.isPresent() ? limits.get() : StorageLimits.ofDisk(state);
    }

    private MountStorage storage(StorageProbe probe) throws IOException {
      return storage.isPresent() ? storage.get() : probe.storage();
    }
  }

  /**
   * Opens all of it, and begins with the upkeep.
   *
   * @param engine is closed with it
   * @param state the agent's own directory
   */
  static AgentResources open(Engine engine, EngineInfo about, Path state, Options options)
      throws IOException {
    Session session = Session.begin(engine, state);
    boolean done = false;
    try {
      AgentResources all = of(engine, about, session, state, options);
      all.upkeep.start();
      done = true;
      return all;
    } finally {
      if (!done) {
        session.close();
      }
    }
  }

  private static AgentResources of(
      Engine engine, EngineInfo about, Session session, Path state, Options options)
      throws IOException {
    FullDisk disk = new FullDisk(about.root(), state);
    InstantSource clock = InstantSource.system();
    StepInventory inventory = new StepInventory(engine);
    AgentImages images = new AgentImages(engine, about.images(), session.scratch(), disk);
    ImageLoads loads = images.loads();
    String platform = about.platform();
    AuxiliaryContainers auxiliary =
        new AuxiliaryContainers(
            engine, session.id(), () -> loads.scratch(platform), () -> loads.programs(platform));
    MountStorage mounts = options.storage(new StorageProbe(auxiliary, state, about.id()));
    ImageContainers containers = new LentContainers(engine, session.id());
    Optional<ImageRemovals> onImages =
        about.images() == ImageStore.MANIFESTS
            ? Optional.of(new ImageRemovals(engine, images.known(), session.id(), platform))
            : Optional.empty();
    StepMounts.Places places =
        new AgentState(engine, session, state, auxiliary, containers, onImages, clock)
            .places(mounts.kind());
    ImageUses uses = new ImageUses(state.resolve("uses"), clock);
    DockerStorage storage = new DockerStorage(new StepImages(engine, images.known(), uses), places);
    StepExecution.Tools tools =
        new StepExecution.Tools(
            engine,
            loads,
            session.id(),
            inventory::made,
            disk,
            new FileTransfer(places.store()::open, containers, clock),
            new NetworkNamespaces(engine, session.id(), () -> loads.programs(platform)),
            new CommandStarts());
    return new AgentResources(
        engine,
        session,
        about.of(StateIdentity.onMachine(state), mounts),
        inventory,
        images,
        new RegistryConnections(engine, options.environment()),
        new ImageParts(engine, containers),
        tools,
        places,
        uses,
        storage,
        new Upkeep(state, options.limits(state), clock, storage, places.caches()),
        disk);
  }

  /** What it leaves behind is reaped by the next session: there is nobody to tell any more. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    try (engine) {
      upkeep.close();
      places.caches().replicas().closeAll();
      inventory.close();
      engine.finishBackground();
      session.close();
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (IOException | DockerException | AgentLostException e) {
      // See above.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
