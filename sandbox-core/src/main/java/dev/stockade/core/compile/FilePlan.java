package dev.stockade.core.compile;

import static dev.stockade.core.linux.Constants.O_CREAT;
import static dev.stockade.core.linux.Constants.O_EXCL;
import static dev.stockade.core.linux.Constants.O_NONBLOCK;
import static dev.stockade.core.linux.Constants.O_RDONLY;
import static dev.stockade.core.linux.Constants.O_WRONLY;
import static dev.stockade.core.linux.Constants.RESOLVE_BENEATH;
import static dev.stockade.core.linux.Constants.RESOLVE_FLAGS;
import static dev.stockade.core.linux.Constants.RESOLVE_NO_SYMLINKS;

import dev.stockade.core.executor.Layout;
import dev.stockade.core.linux.Constants;
import dev.stockade.core.linux.Errno;
import dev.stockade.core.plan.Datum;
import dev.stockade.core.plan.Phase;
import dev.stockade.core.plan.Plan;
import dev.stockade.core.plan.Slot;
import dev.stockade.core.plan.Step;
import dev.stockade.core.plan.Word;
import java.util.ArrayList;
import java.util.List;

/**
 * The order to a zygote to open files of a workspace for the server, with the job's ids: the server
 * itself resolves no path that a job can influence.
 *
 * <p>For each file one message with its index and descriptor, if it could be opened; then {@link
 * #DONE}.
 *
 * @param results for each file where its descriptor or −errno stands, for each folder where 0 or
 *     −errno stands; in the low 32 bits
 * @param stats for each file where its {@code struct stat} stands
 */
public record FilePlan(Awaiting awaiting, List<Slot> results, List<Slot> stats) {
  /** The word after the last file. */
  public static final long DONE = -1;

  private static final int STAT_SIZE = 144;
  private static final Step.Tolerance REPORTED = Step.Tolerance.any("the server reads the result");

  /** A file to make: path relative to the workspace, permissions. */
  public record NewFile(String name, int mode) {}

  /** Makes folders in a workspace that no job has seen yet. */
  public static FilePlan folders(Awaiting order, List<String> names) {
    Builder builder = new Builder(order, "make folders");
    names.forEach(builder::folder);
    return builder.build();
  }

  /** Makes new files in a workspace that no job has seen yet. */
  public static FilePlan create(Awaiting order, List<NewFile> files) {
    Builder builder = new Builder(order, "make files");
    for (NewFile file : files) {
      builder.open(
          file.name(),
          O_WRONLY | O_CREAT | O_EXCL,
          file.mode(),
          RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
    }
    return builder.build();
  }

  /** Opens files for reading in a workspace whose job is dead. */
  public static FilePlan open(Awaiting order, List<String> names) {
    Builder builder = new Builder(order, "open files");
    for (String name : names) {
      builder.open(name, O_RDONLY | O_NONBLOCK, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
    }
    return builder.build();
  }

  private static final class Builder {
    private final Plan.Builder plan;
    private final Word workspace;
    private final List<Slot> results = new ArrayList<>();
    private final List<Slot> stats = new ArrayList<>();

    Builder(Awaiting order, String name) {
      plan = Plan.builder(name).phase(Phase.SERVE);
      workspace = Word.load(order.descriptors().get(0), "the workspace");
    }

    void folder(String name) {
      Slot result = Datum.space(8, "result of a mkdirat").slot(0);
      plan.call(result, REPORTED, "mkdirat", workspace, Kernel.text(name), Kernel.octal(0755));
      results.add(result);
    }

    /** openat2(2), Linux 5.6: {@code struct open_how { __u64 flags, mode, resolve; }}. */
    void open(String name, long flags, int mode, long resolve) {
      Kernel.Message message = Kernel.sendBuffer(results.size());
      Slot fd = message.descriptor(0);
      String quoted = Datum.string(name).toString();
      Word open = Word.load(fd, "fd of " + quoted);
      Datum how =
          Datum.words(
              "{"
                  + Constants.OPEN_FLAGS.render(flags)
                  + ", 0"
                  + Integer.toOctalString(mode)
                  + ", "
                  + RESOLVE_FLAGS.render(resolve)
                  + "}",
              Word.of(flags),
              Word.of(mode),
              Word.of(resolve));
      plan.call(
          fd,
          REPORTED,
          "openat2",
          workspace,
          Kernel.text(name),
          Word.addressOf(how),
          Word.of(how.length()));
      Datum stat = Datum.space(STAT_SIZE, "stat of " + quoted);
      Step.Tolerance notOpen = Step.Tolerance.of("the file could not be opened", Errno.EBADF);
      plan.call(notOpen, "fstat", open, Word.addressOf(stat));
      plan.call(
          notOpen,
          "sendmsg",
          Word.of(Layout.CONTROL_FD, "control"),
          Word.addressOf(message.header()),
          Word.of(Constants.MSG_NOSIGNAL, "MSG_NOSIGNAL"));
      plan.call(notOpen, "close", open);
      results.add(fd);
      stats.add(stat.slot(0));
    }

    FilePlan build() {
      plan.call("close", workspace);
      Kernel.send(plan, Layout.CONTROL_FD, "control", DONE);
      return new FilePlan(Awaiting.on(plan, Layout.CONTROL_FD, "control"), results, stats);
    }
  }
}
