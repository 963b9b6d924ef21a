package dev.stockade.core.seccomp;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * System calls that do the same work through another entry: who is denied one would use the other.
 *
 * <p>One line of {@link #TABLE} is one family; a call alone in its line is there for the names of
 * its parameters. A parameter has the same name in every member that takes it in a register, so
 * that a condition on it can be carried over. A member that lacks a name either has no such
 * parameter or hides it in memory, where a filter cannot look; {@code name=value} after the
 * parentheses says that the member behaves as if the parameter always had this value.
 */
final class Siblings {
  /**
   * One family a line. Flags as in clone(2): SIGCHLD is 0x11, CLONE_VM|CLONE_VFORK|SIGCHLD 0x4111;
   * as in open(2): O_CREAT|O_WRONLY|O_TRUNC is 0x241.
   */
  private static final String TABLE =
      """
      open(path,flags,mode) openat(dirfd,path,flags,mode) openat2(dirfd,path,how,size) creat(path,mode)flags=0x241
      execve(path,argv,envp) execveat(dirfd,path,argv,envp,flags)
      clone(flags,stack,ptid,ctid,tls) clone3(args,size) fork()flags=0x11 vfork()flags=0x4111
      exit(status) exit_group(status)
      stat(path,buf) lstat(path,buf) fstat(fd,buf) newfstatat(dirfd,path,buf,flags) statx(dirfd,path,flags,mask,xbuf)
      statfs(path,buf) fstatfs(fd,buf)
      access(path,mode) faccessat(dirfd,path,mode) faccessat2(dirfd,path,mode,flags)
      chdir(path) fchdir(fd)
      chmod(path,mode) fchmod(fd,mode) fchmodat(dirfd,path,mode) fchmodat2(dirfd,path,mode,flags)
      chown(path,uid,gid) lchown(path,uid,gid) fchown(fd,uid,gid) fchownat(dirfd,path,uid,gid,flags)
      link(old,new) linkat(olddirfd,old,newdirfd,new,flags)
      symlink(target,new) symlinkat(target,newdirfd,new)
      readlink(path,buf,size) readlinkat(dirfd,path,buf,size)
      unlink(path) rmdir(path) unlinkat(dirfd,path,flags)
      rename(old,new) renameat(olddirfd,old,newdirfd,new) renameat2(olddirfd,old,newdirfd,new,flags)
      mkdir(path,mode) mkdirat(dirfd,path,mode)
      mknod(path,mode,dev) mknodat(dirfd,path,mode,dev)
      truncate(path,length) ftruncate(fd,length)
      utime(path,times) utimes(path,times) futimesat(dirfd,path,times) utimensat(dirfd,path,times,flags)
      getdents(fd,buf,count) getdents64(fd,buf,count)
      getxattr(path,name) lgetxattr(path,name) fgetxattr(fd,name) getxattrat(dirfd,path,flags,name)
      setxattr(path,name) lsetxattr(path,name) fsetxattr(fd,name) setxattrat(dirfd,path,flags,name)
      listxattr(path) llistxattr(path) flistxattr(fd) listxattrat(dirfd,path,flags)
      removexattr(path,name) lremovexattr(path,name) fremovexattr(fd,name) removexattrat(dirfd,path,flags,name)
      read(fd,buf,count) pread64(fd,buf,count,offset) readv(fd,iov,iovcnt) preadv(fd,iov,iovcnt,low,high) preadv2(fd,iov,iovcnt,low,high,flags)
      write(fd,buf,count) pwrite64(fd,buf,count,offset) writev(fd,iov,iovcnt) pwritev(fd,iov,iovcnt,low,high) pwritev2(fd,iov,iovcnt,low,high,flags)
      socket(family,type,protocol) socketpair(family,type,protocol,pair)
      sendto(fd,buf,length,flags) sendmsg(fd,message,flags) sendmmsg(fd,messages,count,flags)
      recvfrom(fd,buf,length,flags) recvmsg(fd,message,flags) recvmmsg(fd,messages,count,flags)
      accept(fd,address,length) accept4(fd,address,length,flags)
      pipe(fds) pipe2(fds,flags)
      dup2(old,new) dup3(old,new,flags)
      eventfd(count) eventfd2(count,flags)
      signalfd(fd,mask,size) signalfd4(fd,mask,size,flags)
      inotify_init() inotify_init1(flags)
      epoll_create(size) epoll_create1(flags)
      epoll_wait(fd,events,count,millis) epoll_pwait(fd,events,count,millis,mask,size) epoll_pwait2(fd,events,count,timeout,mask,size)
      poll(fds,count,millis) ppoll(fds,count,timeout,mask,size)
      select(count,reading,writing,failing,timeval) pselect6(count,reading,writing,failing,timespec,mask)
      wait4(pid,status,options,usage) waitid(type,id,info,options,usage)
      kill(pid,signal) tkill(tid,signal) tgkill(pid,tid,signal) rt_sigqueueinfo(pid,signal,info) rt_tgsigqueueinfo(pid,tid,signal,info) pidfd_send_signal(pidfd,signal,info,flags)
      futex(address,operation) futex_wait(address) futex_wake(address) futex_requeue(waiters) futex_waitv(waiters)
      mprotect(address,length,protection) pkey_mprotect(address,length,protection,key)
      mlock(address,length) mlock2(address,length,flags) mlockall(flags)
      nanosleep(request,rest) clock_nanosleep(clock,flags,request,rest)
      setrlimit(resource,limit) prlimit64(pid,resource,limit,old)
      setuid(uid) setreuid(ruid,uid) setresuid(ruid,uid,suid)
      setgid(gid) setregid(rgid,gid) setresgid(rgid,gid,sgid)
      sched_setscheduler(pid,policy,parameters) sched_setparam(pid,parameters) sched_setattr(pid,attributes,flags)
      mount(source,target,type,flags,data) open_tree(dirfd,path,treeflags) open_tree_attr(dirfd,path,treeflags,attributes,size) move_mount(olddirfd,old,newdirfd,new,moveflags) fsopen(name,openflags) fsconfig(fd,command,key,value,aux) fsmount(fd,mountflags,attributeflags) fspick(dirfd,path,pickflags) mount_setattr(dirfd,path,setflags,attributes,size)
      init_module(image,length,parameters) finit_module(fd,parameters,flags)
      kexec_load(entry,count,segments,flags) kexec_file_load(kernel,initrd,length,line,flags)
      settimeofday(timeval,zone) clock_settime(clock,timespec)
      adjtimex(buf) clock_adjtime(clock,buf)
      personality(persona)
      prctl(option)
      ioctl(fd,request)
      fcntl(fd,command)
      flock(fd,operation)
      madvise(address,length,advice)
      quotactl(command,special,id,address) quotactl_fd(fd,command,id,address)
      io_uring_setup(entries,parameters) io_uring_enter(fd,submit,wait,flags) io_uring_register(fd,operation)
      """;

  private static final Pattern MEMBER =
      Pattern.compile(
          "(?<name>\\w+)\\((?<parameters>[\\w,]*)\\)(?:(?<fixed>\\w+)=0x(?<value>\\p{XDigit}+))?");

  private static final Map<String, List<Member>> FAMILIES = parse();

  private Siblings() {}

  /**
   * One call of a family.
   *
   * @param parameters name to position
   * @param fixed name to the value that this call always has
   */
  record Member(String call, Map<String, Integer> parameters, Map<String, Long> fixed) {
    Optional<String> parameterAt(int position) {
      return parameters.entrySet().stream()
          .filter(entry -> entry.getValue() == position)
          .map(Map.Entry::getKey)
          .findAny();
    }

    OptionalInt position(String parameter) {
      Integer position = parameters.get(parameter);
      return position == null ? OptionalInt.empty() : OptionalInt.of(position);
    }

    OptionalLong fixedValue(String parameter) {
      Long value = fixed.get(parameter);
      return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** Whether this call can do what the other can: it fixes nothing that the other may choose. */
    boolean isAsFreeAs(Member other) {
      return fixed.equals(other.fixed) || fixed.isEmpty();
    }
  }

  /** The family of a call, itself included; just itself when it has no siblings. */
  static List<Member> familyOf(String call) {
    List<Member> family = FAMILIES.get(call);
    return family == null ? List.of(new Member(call, Map.of(), Map.of())) : family;
  }

  /** A call as the member of its family that it is. */
  static Member member(String call) {
    for (Member member : familyOf(call)) {
      if (member.call().equals(call)) {
        return member;
      }
    }
    throw new IllegalStateException(call + " is not in its own family");
  }

  /** Every call of the table, with its family. */
  static Map<String, List<Member>> families() {
    return FAMILIES;
  }

  private static Map<String, List<Member>> parse() {
    Map<String, List<Member>> families = new HashMap<>();
    TABLE
        .lines()
        .forEach(
            line -> {
              List<Member> family =
                  MEMBER
                      .matcher(line)
                      .results()
                      .map(result -> parseMember(result.group()))
                      .toList();
              family.forEach(member -> families.put(member.call(), family));
            });
    return Map.copyOf(families);
  }

  private static Member parseMember(String text) {
    Matcher matcher = MEMBER.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalStateException("not a member of a family: " + text);
    }
    Map<String, Integer> parameters = new LinkedHashMap<>();
    String list = matcher.group("parameters");
    if (!list.isEmpty()) {
      for (String parameter : list.split(",")) {
        parameters.put(parameter, parameters.size());
      }
    }
    String fixed = matcher.group("fixed");
    return new Member(
        matcher.group("name"),
        parameters,
        fixed == null ? Map.of() : Map.of(fixed, Long.parseLong(matcher.group("value"), 16)));
  }
}
