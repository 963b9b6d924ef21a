package dev.stockade.core.compile;

/**
 * How an init comes into its job's cgroup.
 *
 * @param present whether it gets one
 * @param files how many files it is sent, to each of which it writes {@code 0}; with none, the
 *     server moves it
 */
public record CgroupEntry(boolean present, int files) {
  /** There is no cgroup for it. */
  public static final CgroupEntry NONE = new CgroupEntry(false, 0);

  /** Into a cgroup, by so many files. */
  public static CgroupEntry by(int files) {
    return new CgroupEntry(true, files);
  }

  public CgroupEntry {
    if (files < 0 || files > Awaiting.MAX_DESCRIPTORS || (!present && files > 0)) {
      throw new IllegalArgumentException(files + " files to enter a cgroup by");
    }
  }
}
