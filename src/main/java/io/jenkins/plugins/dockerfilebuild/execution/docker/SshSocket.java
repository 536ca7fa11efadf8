package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.SshAgent;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * A socket in a step's container behind which an SSH agent of the caller's answers. What the step
 * sends is not trusted: messages and connections are bounded. Closing it ends all connections.
 */
final class SshSocket implements AutoCloseable {

  /** More connections at once wait until one ends; ssh and git open one each. */
  private static final int CONNECTIONS = 16;

  /** What the operating system takes for a socket's path, less its end (sun_path, unix(7)). */
  private static final int MAX_PATH_BYTES = 107;

  private final Path file;
  private final ServerSocketChannel server;
  private final SshAgent agent;
  private final Semaphore free = new Semaphore(CONNECTIONS);
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  private SshSocket(Path file, ServerSocketChannel server, SshAgent agent) {
    this.file = file;
    this.server = server;
    this.agent = agent;
  }

  /**
   * Makes the socket and answers from now on.
   *
   * @param directory for the socket, which only this user may enter
   */
  static SshSocket open(MountRequest.Ssh mount, Path directory, StepOutput output)
      throws IOException {
    Path file = Files.createTempFile(directory, "ssh", "");
    Files.delete(file);
    if (file.toString().length() > MAX_PATH_BYTES) {
      throw new IOException(
          "the path of the SSH agent's socket is too long, use a shorter state directory: " + file);
    }
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    SshSocket socket = new SshSocket(file, server, request -> output.sshAgent(mount.id(), request));
    try {
      server.bind(UnixDomainSocketAddress.of(file));
      Files.setAttribute(file, "unix:uid", mount.uid());
      Files.setAttribute(file, "unix:gid", mount.gid());
      Files.setAttribute(file, "unix:mode", mount.mode());
      start(socket::accept);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  Path file() {
    return file;
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "ssh-agent");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        free.acquire();
        SocketChannel connection = server.accept();
        open.add(connection);
        start(() -> serve(connection));
      }
    } catch (IOException | InterruptedException e) {
      // Closed: the step is over.
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      answer(Channels.newInputStream(connection), Channels.newOutputStream(connection));
    } catch (IOException e) {
      // The program in the container went, or sent what no agent understands: it sees the end.
    } finally {
      open.remove(connection);
      free.release();
    }
  }

  private void answer(InputStream in, OutputStream out) throws IOException {
    DataInputStream requests = new DataInputStream(in);
    DataOutputStream answers = new DataOutputStream(out);
    while (true) {
      int length = requests.readInt();
      if (length < 1 || length > SshAgent.MAX_BYTES) {
        throw new IOException("a message of " + length + " bytes");
      }
      byte[] request = requests.readNBytes(length);
      if (request.length < length) {
        throw new EOFException();
      }
      byte[] answer = ask(request);
      answers.writeInt(answer.length);
      answers.write(answer);
      answers.flush();
    }
  }

  /** An agent that fails is one that cannot do it: programs go on with other keys then. */
  private byte[] ask(byte[] request) {
    try {
      return agent.ask(request);
    } catch (IOException e) {
      return new byte[] {StepOutput.SSH_AGENT_FAILURE};
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel connection : open) {
      connection.close();
    }
    Files.deleteIfExists(file);
  }
}
