package io.jenkins.plugins.dockerfilebuild.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.HttpHost;

/** What went wrong before a server answered, in the user's words. */
final class CallFailure {

  private CallFailure() {}

  /**
   * @param problem as the client has it
   * @param advice what to do where a server is not trusted
   */
  static IOException told(
      IOException problem, HttpHost server, Optional<Proxy> proxy, String advice) {
    if (problem instanceof SSLException) {
      return new IOException(ofTls(problem, server, advice), problem);
    }
    // That of a TLS handshake, too; it would pass for an interruption otherwise.
    boolean silent =
        problem instanceof ConnectException || problem instanceof SocketTimeoutException;
    if (proxy.isPresent() && (silent || problem instanceof UnknownHostException)) {
      return new IOException("the proxy " + proxy.get() + " does not answer", problem);
    }
    if (problem instanceof UnknownHostException) {
      return new IOException("nobody here knows a host " + server.getHostName(), problem);
    }
    return silent ? new IOException("no server answers there", problem) : problem;
  }

  private static String ofTls(IOException problem, HttpHost server, String advice) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return "the certificate of %s is not trusted here (%s): %s"
            .formatted(server.getHostName(), cause.getMessage(), advice);
      }
    }
    return "no TLS with %s: %s".formatted(server.getHostName(), problem.getMessage());
  }
}
