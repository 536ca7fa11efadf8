package io.jenkins.plugins.dockerfilebuild.jenkins.results;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Two figures of each point of a trend as stacked bars: what an SVG needs to draw them, in units of
 * its view box of {@link #WIDTH} by {@link #HEIGHT}. Immutable.
 *
 * @param <P> a point
 */
public final class TrendChart<P> {

  static final int WIDTH = 400;
  static final int HEIGHT = 100;

  /** Part of a bar's room that it leaves free. */
  private static final double GAP = 0.2;

  /** Few builds do not become walls. */
  private static final double WIDEST = 24;

  private final List<Bar<P>> bars = new ArrayList<>();
  private final long highest;

  /**
   * A part of a bar; getters, as expressions of Jelly know nothing else.
   *
   * @param <P> a point
   */
  public record Bar<P>(String kind, P point, double x, double y, double width, double height) {

    /** {@code lower} or {@code upper}, for the style sheet. */
    public String getKind() {
      return kind;
    }

    public P getPoint() {
      return point;
    }

    public double getX() {
      return x;
    }

    public double getY() {
      return y;
    }

    public double getWidth() {
      return width;
    }

    public double getHeight() {
      return height;
    }
  }

  /**
   * @param points from left to right
   * @param lower of each bar, from the ground
   * @param upper of each bar, on top of it
   */
  TrendChart(List<P> points, ToLongFunction<P> lower, ToLongFunction<P> upper) {
    highest =
        points.stream()
            .mapToLong(point -> lower.applyAsLong(point) + upper.applyAsLong(point))
            .max()
            .orElse(0);
    double room = Math.min(WIDEST, (double) WIDTH / Math.max(1, points.size()));
    for (int i = 0; i < points.size(); i++) {
      P point = points.get(i);
      double ground = add("lower", point, i * room, room, lower.applyAsLong(point), 0);
      add("upper", point, i * room, room, upper.applyAsLong(point), ground);
    }
  }

  /** Answers the height of what stands there now. */
  private double add(String kind, P point, double left, double room, long figure, double ground) {
    double height = highest == 0 ? 0 : (double) figure / highest * HEIGHT;
    if (height > 0) {
      double x = left + room * GAP / 2;
      bars.add(new Bar<>(kind, point, x, HEIGHT - ground - height, room * (1 - GAP), height));
    }
    return ground + height;
  }

  public List<Bar<P>> getBars() {
    return List.copyOf(bars);
  }

  /** The sum of the highest bar. */
  public long getHighest() {
    return highest;
  }

  public String getViewBox() {
    return "0 0 " + WIDTH + " " + HEIGHT;
  }
}
