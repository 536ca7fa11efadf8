package hudson.security;

import org.springframework.security.core.Authentication;

public abstract class ACL {
  public final native boolean hasPermission(Permission p);

  public native boolean hasPermission2(Authentication a, Permission permission);

  public static final Authentication SYSTEM2 = null;

  public static native ACLContext as2(Authentication auth);
}
