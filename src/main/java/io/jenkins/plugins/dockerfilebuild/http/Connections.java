package io.jenkins.plugins.dockerfilebuild.http;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.Timeout;

/**
 * Makes clients for one connection each: through a proxy or not, with TLS as it is wanted.
 * Thread-safe.
 */
final class Connections {

  /** Set in a request's context when its server, rather than a proxy on the way, is asked. */
  static final String REACHED = "dockerfile-build.reached";

  private static final Timeout CONNECT = Timeout.ofSeconds(20);

  private interface Tls {
    TlsSocketStrategy strategy() throws IOException;
  }

  private final Tls tls;

  /** Bundles have hundreds of certificates: read when they are first needed. Guarded by this. */
  private Optional<TlsSocketStrategy> opened = Optional.empty();

  private Connections(Tls tls) {
    this.tls = tls;
  }

  static Connections trusting(Trust trust) {
    return new Connections(() -> new DefaultClientTlsStrategy(trust.context()));
  }

  /** To servers that may be anybody. */
  static Connections toAnybody() {
    return new Connections(
        () ->
            new DefaultClientTlsStrategy(
                trustingAll(), HostnameVerificationPolicy.CLIENT, NoopHostnameVerifier.INSTANCE));
  }

  private static SSLContext trustingAll() throws IOException {
    try {
      return SSLContexts.custom().loadTrustMaterial((chain, type) -> true).build();
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS: " + e.getMessage(), e);
    }
  }

  private synchronized TlsSocketStrategy opened() throws IOException {
    if (opened.isEmpty()) {
      opened = Optional.of(tls.strategy());
    }
    return opened.get();
  }

  /**
   * @param secure whether it will need TLS
   */
  CloseableHttpClient client(boolean secure, Optional<Proxy> proxy) throws IOException {
    HttpClientBuilder builder =
        HttpClientBuilder.create()
            .setUserAgent("dockerfile-build")
            .setConnectionManager(
                manager(secure || proxy.filter(p -> p.scheme().equals("https")).isPresent()))
            // A handshake leaves its own time behind; answers are bounded by TimedExchange.
            .setDefaultRequestConfig(
                RequestConfig.custom().setResponseTimeout(Timeout.DISABLED).build())
            .disableRedirectHandling()
            .disableContentCompression()
            .disableCookieManagement()
            .disableAutomaticRetries()
            .addExecInterceptorAfter(
                ChainElement.CONNECT.name(),
                REACHED,
                (request, scope, chain) -> {
                  scope.clientContext.setAttribute(REACHED, true);
                  return chain.proceed(request, scope);
                });
    proxy.ifPresent(through -> set(builder, through));
    return builder.build();
  }

  private static void set(HttpClientBuilder builder, Proxy proxy) {
    HttpHost host = new HttpHost(proxy.scheme(), proxy.host(), proxy.port());
    BasicCredentialsProvider logins = new BasicCredentialsProvider();
    proxy
        .login()
        .map(login -> login.split(":", 2))
        .ifPresent(
            login ->
                logins.setCredentials(
                    new AuthScope(host),
                    new UsernamePasswordCredentials(
                        login[0], (login.length > 1 ? login[1] : "").toCharArray())));
    builder.setProxy(host).setDefaultCredentialsProvider(logins);
  }

  private BasicHttpClientConnectionManager manager(boolean secure) throws IOException {
    RegistryBuilder<TlsSocketStrategy> strategies = RegistryBuilder.create();
    if (secure) {
      strategies.register("https", opened());
    }
    BasicHttpClientConnectionManager manager =
        BasicHttpClientConnectionManager.create(strategies.build());
    manager.setConnectionConfig(ConnectionConfig.custom().setConnectTimeout(CONNECT).build());
    manager.setTlsConfig(TlsConfig.custom().setHandshakeTimeout(CONNECT).build());
    return manager;
  }

  static boolean reached(HttpContext context) {
    return Boolean.TRUE.equals(context.getAttribute(REACHED));
  }
}
