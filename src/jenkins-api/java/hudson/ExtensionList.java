package hudson;

import java.util.AbstractList;

public class ExtensionList<T> extends AbstractList<T> {
  public native <U extends T> U get(Class<U> type);

  public native T get(int index);

  public native int size();

  public static native <U> U lookupSingleton(Class<U> type);
}
