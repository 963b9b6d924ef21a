package dev.stockade.fuzz.calls;

import dev.stockade.core.linux.SyscallTable;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What calls take and give: for each the {@link Values} of its arguments. */
final class Signatures {
  /**
   * {@code name(value,…)=kind*weight}: the kind of the result, where it is of use; the weight where
   * it is not 10: lower where a call costs time, makes processes or spoils the calls that follow.
   */
  private static final String TABLE =
      """
      read(fd,out,size) pread64(file,out,size,off) readv(fd,iov,count) preadv(file,iov,count,off) preadv2(file,iov,count,off,any,rwf)
      write(fd,in,size) pwrite64(file,in,size,off) writev(fd,iov,count) pwritev(file,iov,count,off) pwritev2(file,iov,count,off,any,rwf)
      open(path,oflags,mode)=fd*30 openat(dirfd,path,oflags,mode)=fd*30 openat2(dirfd,path,openhow,howsize)=fd creat(path,mode)=fd
      close(fd) close_range(fd,fd,closef)*1 dup(fd)=fd dup2(fd,fd)=fd dup3(fd,fd,newf)=fd fcntl(fd,fcntl,fcntlarg)=fd*20
      stat(path,out) lstat(path,out) fstat(fd,out) newfstatat(dirfd,path,out,atf) statx(dirfd,path,atf,statxmask,out)
      statfs(path,out) fstatfs(fd,out) access(path,amode) faccessat(dirfd,path,amode) faccessat2(dirfd,path,amode,atf)
      lseek(file,off,whence) getdents(folder,out,size) getdents64(folder,out,size) readlink(path,out,size) readlinkat(dirfd,path,out,size)
      chdir(path)*3 fchdir(folder)*3 getcwd(out,size) chmod(path,mode) fchmod(fd,mode) fchmodat(dirfd,path,mode) fchmodat2(dirfd,path,mode,atf)
      chown(path,uid,uid) lchown(path,uid,uid) fchown(fd,uid,uid) fchownat(dirfd,path,uid,uid,atf)
      mkdir(path,mode) mkdirat(dirfd,path,mode) mknod(path,nodemode,dev) mknodat(dirfd,path,nodemode,dev) rmdir(path)
      link(path,path) linkat(dirfd,path,dirfd,path,atf) symlink(path,path) symlinkat(path,dirfd,path) unlink(path) unlinkat(dirfd,path,atf)
      rename(path,path) renameat(dirfd,path,dirfd,path) renameat2(dirfd,path,dirfd,path,renamef)
      truncate(path,off) ftruncate(file,off) fallocate(file,fallocf,off,size)*3 fadvise64(file,off,size,small) readahead(file,off,size)
      fsync(file) fdatasync(file) sync_file_range(file,off,size,small) umask(mode) utime(path,timespec) utimes(path,timespec) futimesat(dirfd,path,timespec)
      utimensat(dirfd,path,timespec,atf) copy_file_range(file,offp,fd,offp,size,zero)*3 sendfile(fd,fd,offp,size)*3 splice(pipe,offp,fd,offp,size,splicef)*5
      tee(pipe,fd,size,splicef)*5 vmsplice(pipe,iov,count,splicef) flock(fd,flockop) ioctl(fd,ioctl,word)*20
      getxattr(path,xname,out,size) lgetxattr(path,xname,out,size) fgetxattr(file,xname,out,size) getxattrat(dirfd,path,atf,xname,xargs,howsize)
      setxattr(path,xname,in,size,small) lsetxattr(path,xname,in,size,small) fsetxattr(file,xname,in,size,small) setxattrat(dirfd,path,atf,xname,xargs,howsize)
      listxattr(path,out,size) llistxattr(path,out,size) flistxattr(file,out,size) listxattrat(dirfd,path,atf,out,size)
      removexattr(path,xname) lremovexattr(path,xname) fremovexattr(file,xname) removexattrat(dirfd,path,atf,xname)
      socket(family,socktype,protocol)=fd*30 socketpair(family,socktype,protocol,fds) bind(socket,sockaddr,socklen) connect(socket,sockaddr,socklen)*20
      listen(socket,small) accept(socket,out,lenp)=fd accept4(socket,out,lenp,newf)=fd getsockname(socket,out,lenp) getpeername(socket,out,lenp)
      getsockopt(socket,level,optname,out,lenp) setsockopt(socket,level,optname,in,socklen) shutdown(socket,small)
      sendto(socket,in,size,msgf,sockaddr,socklen) recvfrom(socket,out,size,msgf,out,lenp) sendmsg(socket,msghdr,msgf) recvmsg(socket,msghdr,msgf)
      sendmmsg(socket,mmsg,count,msgf) recvmmsg(socket,mmsg,count,msgf,timespec)
      pipe(fds) pipe2(fds,newf) eventfd(small)=fd eventfd2(small,newf)=fd signalfd(signalfd,sigset,eight)=fd signalfd4(signalfd,sigset,eight,newf)=fd
      epoll_create(small)=fd epoll_create1(newf)=fd epoll_ctl(epoll,epop,fd,words) epoll_wait(epoll,out,count,millis) epoll_pwait(epoll,out,count,millis,sigset,eight)
      epoll_pwait2(epoll,out,count,timespec,sigset,eight) poll(pollfds,count,millis) ppoll(pollfds,count,timespec,sigset,eight)
      select(count,fdset,fdset,fdset,timespec)*5 pselect6(count,fdset,fdset,fdset,timespec,zero)*5
      timerfd_create(clock,newf)=fd timerfd_settime(timer,small,itimer,out) timerfd_gettime(timer,out) memfd_create(path,memfdf)=fd
      timer_create(clock,sigevent,out) timer_settime(small,small,itimer,out) timer_gettime(small,out) timer_delete(small) timer_getoverrun(small)
      getitimer(small,out) setitimer(vtimer,itimer,out) clock_getres(clock,out) clock_gettime(clock,out) gettimeofday(out,out) time(out) times(out)
      nanosleep(timespec,out)*1 clock_nanosleep(clock,small,timespec,out)*1
      mmap(addr,len,prot,mapf,mapfd,pgoff)=map*30 munmap(addr,len) mprotect(addr,len,prot) mremap(addr,len,len,remapf,addr)=map msync(addr,len,small)
      madvise(addr,len,advice)*20 mincore(addr,len,out) mlock(addr,len) mlock2(addr,len,small) munlock(addr,len) munlockall() mlockall(small)*1
      mseal(addr,len,zero)*1 pkey_alloc(zero,small)=id pkey_free(id) pkey_mprotect(addr,len,prot,id) brk(any) membarrier(membar,zero,small)
      fork()=pid*1 clone(clonef,zero,out,out,zero)=pid*2 wait4(pid,out,waitf,out)*2 waitid(idtype,pid,out,waitf,out)*2
      getpid()=pid gettid()=pid getppid()=pid getpgid(pid)=pid getpgrp()=pid getsid(pid)=pid setpgid(pid,pid) setsid()
      kill(pid,sig)*5 tkill(pid,sig)*5 tgkill(pid,pid,sig)*5 rt_sigqueueinfo(pid,sig,siginfo)*5 rt_tgsigqueueinfo(pid,pid,sig,siginfo)*5
      pidfd_open(pid,pidfdf)=fd pidfd_send_signal(process,sig,siginfo,small) rt_sigaction(sig,sigaction,out,eight) rt_sigprocmask(small,sigset,out,eight)
      rt_sigpending(out,eight) rt_sigtimedwait(sigset,out,timespec,eight)*2 rt_sigsuspend(sigset,eight)*1 pause()*1 sigaltstack(words,out) restart_syscall()*1
      futex(futexp,futexop,small,timespec,futexp,small)*5 futex_wait(futexp,small,small,futexf,timespec,clock)*2 futex_wake(futexp,small,small,futexf)
      futex_requeue(words,small,small,small) futex_waitv(words,count,zero,timespec,clock)*2 set_robust_list(words,size24) get_robust_list(pid,out,out)
      set_tid_address(out) arch_prctl(archop,out) prctl(prctl,word,word,word,word)*20 personality(persona)*3
      ioprio_get(idtype,pid) ioprio_set(idtype,pid,ioprio) sched_get_priority_max(policy) sched_get_priority_min(policy) sched_getaffinity(pid,size,out)
      sched_setaffinity(pid,size,words) sched_getattr(pid,out,size,zero) sched_setattr(pid,schedattr,zero) sched_getparam(pid,out) sched_setparam(pid,words)
      sched_getscheduler(pid) sched_setscheduler(pid,policy,words)*3 sched_rr_get_interval(pid,out) sched_yield() getcpu(out,out,zero)
      mq_open(mqname,oflags,mode,mqattr)=fd mq_unlink(mqname) mq_timedsend(fd,in,size,small,timespec) mq_timedreceive(fd,out,size,out,timespec) mq_notify(fd,sigevent) mq_getsetattr(fd,mqattr,out)
      shmget(ipckey,size,ipcf)=id shmat(id,addr,shmf)=map shmctl(id,ipccmd,out) shmdt(addr) semget(ipckey,small,ipcf)=id semctl(id,small,ipccmd,word) semop(id,sembuf,count) semtimedop(id,sembuf,count,timespec)
      msgget(ipckey,ipcf)=id msgsnd(id,words,size,ipcf) msgrcv(id,out,size,small,ipcf) msgctl(id,ipccmd,out)
      capget(capability,out) getuid() geteuid() getgid() getegid() getresuid(out,out,out) getresgid(out,out,out) getgroups(small,out) getpriority(small,pid)
      setpriority(small,pid,small) getrandom(out,size,small) getrlimit(resource,out) setrlimit(resource,rlimit)*1 prlimit64(pid,resource,rlimit,out)*1
      getrusage(who,out) sysinfo(out) uname(out)
      """;

  private static final Pattern ENTRY =
      Pattern.compile("(\\w+)\\(([\\w,]*)\\)(?:=(\\w+))?(?:\\*(\\d+))?");

  private static final int USUAL_WEIGHT = 10;

  private static final Map<String, Signature> ALL = parse();

  private Signatures() {}

  /**
   * A call as the fuzzer makes it.
   *
   * @param values names of {@link Values}, one for each argument
   */
  record Signature(String name, List<String> values, Kind yields, int weight) {}

  /** Every call that has one: those that a list of calls survives. */
  static Map<String, Signature> all() {
    return ALL;
  }

  /** What the result of a call is. */
  static Kind yields(String name) {
    Signature signature = ALL.get(name);
    return signature == null ? Kind.NONE : signature.yields();
  }

  private static Map<String, Signature> parse() {
    Map<String, Signature> all = new HashMap<>();
    Matcher matcher = ENTRY.matcher(TABLE);
    while (matcher.find()) {
      String name = matcher.group(1);
      SyscallTable.X86_64.number(name); // or it throws
      List<String> values =
          matcher.group(2).isEmpty() ? List.of() : List.of(matcher.group(2).split(","));
      Kind yields =
          matcher.group(3) == null
              ? Kind.NONE
              : Kind.valueOf(matcher.group(3).toUpperCase(Locale.ROOT));
      int weight = matcher.group(4) == null ? USUAL_WEIGHT : Integer.parseInt(matcher.group(4));
      if (all.put(name, new Signature(name, values, yields, weight)) != null) {
        throw new IllegalStateException(name + " stands twice");
      }
    }
    return Map.copyOf(all);
  }
}
