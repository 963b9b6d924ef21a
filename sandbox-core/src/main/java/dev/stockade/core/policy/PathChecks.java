package dev.stockade.core.policy;

import dev.stockade.core.policy.Draft.BindEntry;
import dev.stockade.core.policy.Draft.TmpfsEntry;
import dev.stockade.core.yaml.Located;
import dev.stockade.core.yaml.Place;
import dev.stockade.core.yaml.Quote;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks of binds, workspace and tmpfs. */
final class PathChecks {
  private PathChecks() {}

  /** Every path of a draft, host side and inside. */
  private static List<Located<String>> all(Draft draft) {
    List<Located<String>> paths = new ArrayList<>();
    for (BindEntry bind : draft.binds().entries()) {
      paths.add(bind.source());
    }
    paths.addAll(inside(draft));
    return paths;
  }

  /** Every path of a draft at which something is mounted. */
  private static List<Located<String>> inside(Draft draft) {
    List<Located<String>> paths = targets(draft);
    paths.addAll(writable(draft));
    return paths;
  }

  private static List<Located<String>> targets(Draft draft) {
    List<Located<String>> paths = new ArrayList<>();
    for (BindEntry bind : draft.binds().entries()) {
      paths.add(bind.target());
    }
    return paths;
  }

  private static List<Located<String>> writable(Draft draft) {
    List<Located<String>> paths = new ArrayList<>();
    for (TmpfsEntry folder : draft.writable()) {
      paths.add(folder.path());
    }
    return paths;
  }

  /** Whether a path is below a folder: {@code /a/b} is below {@code /a}, {@code /ab} is not. */
  private static boolean below(String path, String folder) {
    return path.startsWith(folder.equals("/") ? "/" : folder + "/") && !path.equals(folder);
  }

  /** Every path starts at the root. */
  static final class PathsAreAbsolute implements Check {
    @Override
    public void check(Draft draft) {
      for (Located<String> path : all(draft)) {
        if (!path.value().startsWith("/")) {
          throw path.place()
              .error("path " + Quote.of(path.value()) + " must be absolute: start with \"/\"");
        }
      }
    }
  }

  /** Every path is written the one way that needs no resolving. */
  static final class PathsAreClean implements Check {
    @Override
    public void check(Draft draft) {
      for (Located<String> path : all(draft)) {
        if (path.value().equals("/")) {
          continue;
        }
        for (String part : path.value().substring(1).split("/", -1)) {
          if (part.isEmpty() || part.equals(".") || part.equals("..") || part.contains("\0")) {
            throw path.place()
                .error(
                    "path "
                        + Quote.of(path.value())
                        + " must have no \".\", \"..\", empty part, NUL or slash at its end");
          }
        }
      }
    }
  }

  /** Every path fits PATH_MAX, each part NAME_MAX; see path_resolution(7). */
  static final class PathsAreShortEnough implements Check {
    private static final int PATH_MAX = 4096;
    private static final int NAME_MAX = 255;

    @Override
    public void check(Draft draft) {
      for (Located<String> path : all(draft)) {
        boolean tooLong = utf8Length(path.value()) >= PATH_MAX;
        for (String part : path.value().split("/", -1)) {
          tooLong |= utf8Length(part) > NAME_MAX;
        }
        if (tooLong) {
          throw path.place()
              .error(
                  "path "
                      + Quote.of(path.value())
                      + " is too long: 4095 bytes in all, 255 between slashes");
        }
      }
    }

    private static int utf8Length(String text) {
      return text.getBytes(StandardCharsets.UTF_8).length;
    }
  }

  /** Nothing is mounted on, in or over what the sandbox makes by itself. */
  static final class PathsAreNotTheSandboxsOwn implements Check {
    private static final List<String> OWN =
        List.of("/proc", "/dev", "/etc/passwd", "/etc/group", "/etc/hosts", "/etc/nsswitch.conf");
    private static final String SHARED_MEMORY = "/dev/shm";

    @Override
    public void check(Draft draft) {
      for (Located<String> path : targets(draft)) {
        check(path);
      }
      for (Located<String> path : writable(draft)) {
        if (!path.value().equals(SHARED_MEMORY)) {
          check(path);
        }
      }
    }

    private static void check(Located<String> path) {
      for (String own : OWN) {
        String problem =
            path.value().equals(own)
                ? " is made by the sandbox itself"
                : below(path.value(), own)
                    ? " is inside " + own + ", which the sandbox makes itself"
                    : below(own, path.value())
                        ? " would hide " + own + ", which the sandbox makes itself"
                        : "";
        if (!problem.isEmpty()) {
          throw path.place().error("path " + Quote.of(path.value()) + problem);
        }
      }
    }
  }

  /** No bind shows a place whose sockets, devices or kernel files reach out of the sandbox. */
  static final class SourcesAreShareable implements Check {
    private static final List<String> NEVER = List.of("/proc", "/sys", "/dev", "/run", "/var/run");

    @Override
    public void check(Draft draft) {
      for (BindEntry bind : draft.binds().entries()) {
        String source = bind.source().value();
        boolean never = source.equals("/") || source.equals("/var");
        for (String folder : NEVER) {
          never |= source.equals(folder) || below(source, folder);
        }
        if (never) {
          throw bind.source()
              .place()
              .error(
                  "host path "
                      + Quote.of(source)
                      + " is never shown: /, /var, /run, /dev, /proc and /sys hold sockets, devices"
                      + " and kernel files");
        }
      }
    }
  }

  /** No two things are mounted at one path. */
  static final class PathsAreDistinct implements Check {
    @Override
    public void check(Draft draft) {
      Map<String, Place> seen = new HashMap<>();
      for (Located<String> path : inside(draft)) {
        Place earlier = seen.put(path.value(), path.place());
        if (earlier != null) {
          throw Place.toBlame(path.place(), earlier)
              .error("path " + Quote.of(path.value()) + " is used twice");
        }
      }
    }
  }

  /** Nothing is mounted inside a bind: it is read-only, so no mount point can be made in it. */
  static final class NothingIsInsideABind implements Check {
    @Override
    public void check(Draft draft) {
      refuseInside(targets(draft), inside(draft), "the read-only bind ");
    }
  }

  /** Nothing is mounted inside a writable folder: the program owns what is in there. */
  static final class NothingIsInsideAWritableFolder implements Check {
    @Override
    public void check(Draft draft) {
      refuseInside(writable(draft), inside(draft), "the writable folder ");
    }
  }

  private static void refuseInside(
      List<Located<String>> folders, List<Located<String>> paths, String what) {
    for (Located<String> folder : folders) {
      for (Located<String> path : paths) {
        if (below(path.value(), folder.value())) {
          throw Place.toBlame(path.place(), folder.place())
              .error(
                  "path "
                      + Quote.of(path.value())
                      + " is inside "
                      + what
                      + Quote.of(folder.value()));
        }
      }
    }
  }

  /** A writable folder has a size and an inode count; for tmpfs(5), 0 of either is no limit. */
  static final class WritableFoldersAreBounded implements Check {
    private static final ByteSize LEAST_SIZE = ByteSize.ofKibibytes(4);
    private static final long LEAST_INODES = 2;
    private static final long MOST_INODES = Integer.MAX_VALUE;

    @Override
    public void check(Draft draft) {
      for (TmpfsEntry folder : draft.writable()) {
        if (folder.size().value().compareTo(LEAST_SIZE) < 0) {
          throw folder
              .size()
              .place()
              .error(
                  "size "
                      + folder.size().value()
                      + " is below one page, "
                      + LEAST_SIZE
                      + " (to the kernel, 0 is no limit)");
        }
        long inodes = folder.inodes().value();
        if (inodes < LEAST_INODES || inodes > MOST_INODES) {
          throw folder
              .inodes()
              .place()
              .error(
                  "inodes "
                      + inodes
                      + " must be from 2, the folder and one file, to "
                      + MOST_INODES
                      + " (to the kernel, 0 is no limit)");
        }
      }
    }
  }

  /** A writable folder can be filled: its files count as memory. */
  static final class WritableFoldersFitMemory implements Check {
    @Override
    public void check(Draft draft) {
      Located<ByteSize> most = draft.get(Key.CEILINGS.memory());
      for (TmpfsEntry folder : draft.writable()) {
        if (folder.size().value().compareTo(most.value()) > 0) {
          throw Place.toBlame(folder.size().place(), most.place())
              .error(
                  "size "
                      + folder.size().value()
                      + " of "
                      + folder.path().value()
                      + " is above ceilings.memory, "
                      + most.value()
                      + ": its files count as memory");
        }
      }
    }
  }
}
