package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.io.IOException;
import java.util.List;

/** Walks through two manifests side by side, path by path, in their order. */
public record ManifestJoin(CacheManifest left, CacheManifest right) {

  /** Is told every path of either; at least one entry is not null. */
  @FunctionalInterface
  public interface Visitor {
    void visit(CacheEntry left, CacheEntry right) throws IOException;
  }

  /** Tells all paths of both. */
  public void forEach(Visitor visitor) throws IOException {
    List<CacheEntry> lefts = left.entries();
    List<CacheEntry> rights = right.entries();
    int l = 0;
    int r = 0;
    while (l < lefts.size() || r < rights.size()) {
      int order = order(l, r);
      CacheEntry fromLeft = order <= 0 ? lefts.get(l++) : null;
      CacheEntry fromRight = order >= 0 ? rights.get(r++) : null;
      visitor.visit(fromLeft, fromRight);
    }
  }

  private int order(int l, int r) {
    if (l == left.entries().size()) {
      return 1;
    }
    if (r == right.entries().size()) {
      return -1;
    }
    return left.entries().get(l).path().compareTo(right.entries().get(r).path());
  }
}
