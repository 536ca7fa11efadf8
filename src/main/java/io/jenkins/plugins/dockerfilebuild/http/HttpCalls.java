package io.jenkins.plugins.dockerfilebuild.http;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * Makes requests, each on a connection of its own. Redirects are not followed, answers are not
 * unpacked, and nothing is tried twice. Thread-safe.
 */
public final class HttpCalls {

  private final Proxies proxies;
  private final Connections connections;
  private final CallLimits limits;
  private final String advice;

  private HttpCalls(Proxies proxies, Connections connections, CallLimits limits, String advice) {
    this.proxies = proxies;
    this.connections = connections;
    this.limits = limits;
    this.advice = advice;
  }

  /** To servers that are trusted, through proxies where they are reached so. */
  public static HttpCalls trusting(Trust trust, Proxies proxies, CallLimits limits) {
    return new HttpCalls(proxies, Connections.trusting(trust), limits, trust.advice());
  }

  /** To servers that may be anybody: their certificates are not looked at. */
  public static HttpCalls toAnybody(Proxies proxies, CallLimits limits) {
    return new HttpCalls(proxies, Connections.toAnybody(), limits, "");
  }

  /**
   * A request.
   *
   * @param uri without user and password
   * @param body empty for a request without one
   */
  public record Request(String method, URI uri, Map<String, String> headers, Optional<Bytes> body) {

    public static Request get(URI uri, Map<String, String> headers) {
      return new Request("GET", uri, headers, Optional.empty());
    }

    /** The same with one more header, or another value of it. */
    public Request with(String header, String value) {
      Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      all.putAll(headers);
      all.put(header, value);
      return new Request(method, uri, all, body);
    }

    private HttpUriRequestBase prepared() {
      HttpUriRequestBase request = new HttpUriRequestBase(method, uri);
      headers.forEach(request::setHeader);
      body.ifPresent(bytes -> request.setEntity(new ByteArrayEntity(bytes.toArray(), null)));
      return request;
    }
  }

  /** What a server answers; of use until its reader returns. */
  public interface Answer {

    int status();

    /** The first header of a name, whatever its case. */
    Optional<String> header(String name);

    /** The body as it was sent; its end is that which the server promised. */
    InputStream body() throws IOException;
  }

  /** Reads an answer, on another thread than the caller's. */
  public interface Reader<T> {
    T read(Answer answer) throws IOException;
  }

  /**
   * Sends a request and has its answer read. Whatever the reader leaves is not waited for.
   *
   * @throws LateAnswerException the answer did not come in time
   * @throws java.io.InterruptedIOException the caller was interrupted
   * @throws IOException the server cannot be reached, is not trusted, or breaks off; says so in the
   *     user's words
   */
  public <T> T call(Request request, Reader<T> reader) throws IOException {
    HttpUriRequestBase prepared = request.prepared();
    return TimedExchange.within(
        limits, headCame -> exchange(prepared, headCame, reader), prepared::cancel);
  }

  private <T> T exchange(
      HttpUriRequestBase request, TimedExchange.HeadCame headCame, Reader<T> reader)
      throws IOException {
    HttpHost server = server(request);
    boolean secure = server.getSchemeName().equals("https");
    Optional<Proxy> proxy = proxies.to(server.getSchemeName(), server.getHostName(), port(server));
    try (CloseableHttpClient client = connections.client(secure, proxy);
        ClassicHttpResponse response = open(client, server, request, proxy)) {
      try {
        headCame.tell();
        return reader.read(answer(response));
      } finally {
        // To close an answer would read the rest of it first.
        request.cancel();
      }
    }
  }

  private static HttpHost server(HttpUriRequestBase request) throws IOException {
    try {
      return RoutingSupport.determineHost(request);
    } catch (HttpException e) {
      throw new IOException("the URL names no server", e);
    }
  }

  private static int port(HttpHost server) {
    return server.getPort() >= 0
        ? server.getPort()
        : server.getSchemeName().equals("https") ? 443 : 80;
  }

  private ClassicHttpResponse open(
      CloseableHttpClient client,
      HttpHost server,
      HttpUriRequestBase request,
      Optional<Proxy> proxy)
      throws IOException {
    HttpClientContext context = HttpClientContext.create();
    try {
      ClassicHttpResponse response = client.executeOpen(server, request, context);
      boolean ofProxy =
          !Connections.reached(context)
              || response.getCode() == HttpStatus.SC_PROXY_AUTHENTICATION_REQUIRED;
      if (ofProxy) {
        request.cancel();
        response.close();
        throw new IOException(refusal(response, proxy));
      }
      return response;
    } catch (IOException e) {
      throw CallFailure.told(e, server, proxy, advice);
    }
  }

  /** What a proxy says must not be taken for what the server says, which TLS would vouch for. */
  private static String refusal(ClassicHttpResponse response, Optional<Proxy> proxy) {
    return "the proxy %s refuses: %d %s"
        .formatted(
            proxy.map(Object::toString).orElse(""), response.getCode(), response.getReasonPhrase());
  }

  private static Answer answer(ClassicHttpResponse response) {
    return new Answer() {
      @Override
      public int status() {
        return response.getCode();
      }

      @Override
      public Optional<String> header(String name) {
        return Optional.ofNullable(response.getFirstHeader(name)).map(Header::getValue);
      }

      @Override
      public InputStream body() throws IOException {
        HttpEntity entity = response.getEntity();
        return entity == null ? InputStream.nullInputStream() : entity.getContent();
      }
    };
  }
}
