package dev.stockade.server.selftest;

/**
 * What has gone wrong in sandboxes like ours, one sentence for each: holes, complaints and bugs
 * that really happened elsewhere. Each is held by an attack of the corpus or by a test method of
 * the suite in {@code fuzz/} that says so.
 */
public enum Lesson {
  // Files and paths
  PLANTED_LINKS(
      "A symlink, or a symlinked parent folder, that a job leaves in its workspace makes the"
          + " server's next read fail with a file error; the host file never appears in a result."),
  NO_PATH_OF_A_JOB("The server opens, chmods or chowns nothing by a path that a job controls."),
  ODD_OUTPUT_FILES(
      "A FIFO, a socket, a device or a folder asked for as an output file is a file error and no"
          + " hang."),
  FILE_NAMES(
      "Names with .., NUL, absolute paths, 4096 bytes are refused and nothing is touched; a prefix"
          + " /a/b does not admit /a/bc."),
  NO_TEXT_FILE_BUSY("500 parallel \"write an executable, run it\" give no ETXTBSY."),
  CLEAN_UP("Clean-up walks no tree: everything is killed, then the mount goes."),
  FRESH_FILES(
      "Two runs, in a row or at once, never see each other's files, nor the host's /tmp, /home,"
          + " /root, /run, /sys, /dev/shm, nor another run's /proc entries."),
  CLOSED_INIT(
      "A job has descriptors 0, 1, 2 only; nothing of its init in /proc/1 can be opened, nor its"
          + " binary be written or executed again."),
  NO_CGROUP_FILES("A job sees no /sys/fs/cgroup."),
  READ_ONLY("Nothing that is shown read-only can be changed, in whatever way it is written to."),

  // Channels that namespaces do not close
  NO_CHANNEL(
      "Two jobs, side by side or one after the other, exchange no bit through IPC objects,"
          + " keyrings, sockets, locks, notifications or counters."),
  NO_NETWORK(
      "With every option on, a job reaches neither 127.0.0.1 of the host, nor the gateway, nor"
          + " 169.254.169.254."),
  NO_TERMINAL(
      "TIOCSTI, TIOCLINUX and the same with flag bits above 32 fail; there is no controlling"
          + " terminal but one that was made for the run."),

  // Killing and limits
  ENDS_IN_TIME(
      "Whatever it ignores, stops or leaves behind, a job ends at its limit and nothing of it is"
          + " alive afterwards."),
  BOMBS(
      "Fork, memory, output and file bombs are contained with the right verdict, and a job beside"
          + " them is unharmed."),
  MEMORY_VERDICT(
      "Over its memory limit a job is MEMORY_LIMIT, also when only a child was killed and it exited"
          + " with 0."),
  ORPHANS("Orphans and grandchildren are counted in the CPU time and killed at the end."),
  OWN_MEMORY_ONLY("The server's memory never shows in a job's peak."),
  SMALL_LIMITS("Limits of few MiB still start a static program: our set-up is not charged."),
  RUNTIMES("No RLIMIT_AS: JVM, Node and Go reserve address space as they like."),
  NO_SWAP("Swap never extends the memory limit."),
  CEILINGS("A limit above the ceiling is refused by the names of limit and ceiling."),

  // Programs and arguments
  EXACT_ARGUMENTS(
      "Arguments with newline, ;, $(), backslash, quotes, empty strings and any non-NUL byte reach"
          + " argv byte for byte."),
  CANNOT_EXECUTE(
      "A program that cannot be executed is told apart from one that exits with 127 or 126."),
  EXACT_OUTPUT(
      "Invalid UTF-8 and NUL come back intact; truncation is flagged with the true total count."),
  NEVER_PARSED("Nothing that a job prints decides its verdict."),
  COMPILERS(
      "#include \"/dev/zero\", endless compilation, template bombs and compile-time file reads are"
          + " contained."),

  // Filters
  SIBLING_CALLS(
      "Every deny rule holds for all sibling calls, through the 64-bit, the i386 and the x32 entry."),
  HOSTILE_FEW(
      "A user's seccomp entry adds to the default and can never remove the denial of the hostile"
          + " few."),
  ORDINARY_PROGRAMS("Ordinary programs pass under the default filter, every time."),

  // What a job is
  NO_PRIVILEGE(
      "No capability, no set-user-ID program, no namespace, no mount, no chroot gives a job a"
          + " privilege."),
  NO_LEAK("The server's environment, the host's name and its processes are unknown to a job."),
  PROCESS_LIMITS("Core dumps are off, limits are hard, umask and session are the job's own.");

  private final String sentence;

  Lesson(String sentence) {
    this.sentence = sentence;
  }

  public String sentence() {
    return sentence;
  }
}
