package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.execution.SshAgent;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An SSH agent that listens on a socket of this machine; a connection for each request. */
record SshAgentSocket(Path socket) implements SshAgent {

  /** An agent may ask its user (ssh-add -c); a step's side waits no longer than this either. */
  private static final long SECONDS = 60;

  @Override
  public byte[] ask(byte[] request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      CompletableFuture<Void> limit = closeInTime(channel);
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
        return ask(request, channel);
      } catch (AsynchronousCloseException e) {
        throw new IOException(
            "the SSH agent at %s did not answer within %d s".formatted(socket, SECONDS), e);
      } finally {
        limit.cancel(false);
      }
    }
  }

  private static byte[] ask(byte[] request, SocketChannel channel) throws IOException {
    DataOutputStream out = new DataOutputStream(Channels.newOutputStream(channel));
    out.writeInt(request.length);
    out.write(request);
    out.flush();
    DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
    int length = in.readInt();
    if (length < 1 || length > MAX_BYTES) {
      throw new IOException("the SSH agent answered with " + length + " bytes");
    }
    byte[] answer = in.readNBytes(length);
    if (answer.length < length) {
      throw new EOFException("the SSH agent broke off");
    }
    return answer;
  }

  private static CompletableFuture<Void> closeInTime(SocketChannel channel) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            channel.close();
          } catch (IOException e) {
            // Whoever reads from it sees the same.
          }
        },
        CompletableFuture.delayedExecutor(SECONDS, TimeUnit.SECONDS));
  }
}
