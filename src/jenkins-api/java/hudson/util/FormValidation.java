package hudson.util;

import java.io.IOException;
import org.kohsuke.stapler.HttpResponse;

public abstract class FormValidation extends IOException implements HttpResponse {
  public enum Kind {
    OK,
    WARNING,
    ERROR;
  }

  public static native FormValidation error(String message);

  public static native FormValidation warning(String message);

  public static native FormValidation ok(String message);

  public static native FormValidation ok();

  public static native FormValidation error(String format, Object... args);

  public static native FormValidation warning(String format, Object... args);

  public static native FormValidation ok(String format, Object... args);

  public static native FormValidation error(Throwable e, String message);

  public static native FormValidation warning(Throwable e, String message);

  public static native FormValidation error(Throwable e, String format, Object... args);

  public static native FormValidation warning(Throwable e, String format, Object... args);

  public static native FormValidation validateNonNegativeInteger(String value);

  public static native FormValidation validatePositiveInteger(String value);

  public final Kind kind = null;
}
