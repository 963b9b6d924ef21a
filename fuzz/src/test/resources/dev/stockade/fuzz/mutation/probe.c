/* What a program can see and do where it is: sections of text that Java holds against the promises.
 *
 * probe state: files of /proc/self, folders, facts; then waits to be looked at, until it is killed.
 * probe layers PORT: tries everything that the layers below the filter must refuse.
 * probe i386: getpid(2) through int 0x80.
 * probe call NUMBER A B C D E F …: makes calls, each in a child; a line with its outcome for each.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

static const char *error_name(int number)
{
	const char *name = strerrorname_np(number);
	return name ? name : "?";
}

static void show_file(const char *path)
{
	char block[4096];
	ssize_t count;
	printf("== %s\n", path);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		printf("%s\n", error_name(errno));
		return;
	}
	while ((count = read(fd, block, sizeof block)) > 0)
		fwrite(block, 1, count, stdout);
	close(fd);
}

/* Each entry: type and mode in octal, name, and where a link points to. */
static void show_folder(const char *path)
{
	printf("== %s\n", path);
	DIR *folder = opendir(path);
	if (!folder) {
		printf("%s\n", error_name(errno));
		return;
	}
	for (struct dirent *entry; (entry = readdir(folder));) {
		struct stat stat;
		char target[256] = "";
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") ||
		    atoi(entry->d_name) == dirfd(folder))
			continue;
		if (fstatat(dirfd(folder), entry->d_name, &stat, AT_SYMLINK_NOFOLLOW))
			continue;
		if (readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1) > 0)
			printf("%o %s -> %s\n", stat.st_mode, entry->d_name, target);
		else
			printf("%o %s\n", stat.st_mode, entry->d_name);
	}
	closedir(folder);
}

static void facts(void)
{
	struct utsname name;
	struct stat here, in;
	struct statvfs mount;
	char folder[256];
	uname(&name);
	printf("== facts\n");
	printf("hostname %s\n", name.nodename);
	printf("cwd %s\n", getcwd(folder, sizeof folder) ? folder : error_name(errno));
	printf("pid %d\nppid %d\npgid %d\nsid %d\n", getpid(), getppid(), getpgid(0), getsid(0));
	printf("securebits %#x\n", prctl(PR_GET_SECUREBITS));
	printf("nice %d\n", getpriority(PRIO_PROCESS, 0));
	printf("terminal %s\n", open("/dev/tty", O_RDWR) < 0 ? error_name(errno) : "there");
	if (isatty(0))
		printf("stdin-terminal %d %d\n", tcgetsid(0), tcgetpgrp(0));
	else
		printf("stdin-terminal none\n");
	if (!fstat(0, &in))
		printf("stdin %o %d %d\n", in.st_mode, in.st_uid, in.st_gid);
	if (!fstatvfs(0, &mount))
		printf("stdin-mount %s %s\n", mount.f_flag & ST_NOSUID ? "nosuid" : "suid",
		       mount.f_flag & ST_NOEXEC ? "noexec" : "exec");
	if (!stat(".", &here))
		printf("workspace %o %d %d\n", here.st_mode, here.st_uid, here.st_gid);
}

static void __attribute__((noreturn)) state(void)
{
	show_file("/proc/self/status");
	show_file("/proc/self/limits");
	show_file("/proc/self/mountinfo");
	show_file("/proc/self/cgroup");
	show_folder("/proc/self/fd");
	show_folder("/");
	show_folder("/dev");
	show_folder("/etc");
	show_folder("/proc");
	show_file("/etc/passwd");
	show_file("/etc/group");
	show_file("/etc/hosts");
	show_file("/etc/nsswitch.conf");
	show_file("/proc/1/status");
	facts();
	printf("== end\n");
	fflush(stdout);
	for (;;)
		pause();
}

static void outcome(const char *name, long result)
{
	printf("%s %s\n", name, result < 0 ? error_name(errno) : "done");
	fflush(stdout);
}

/* In a child, which a success would change. */
#define TRY_APART(name, call)                                  \
	do {                                                   \
		fflush(stdout);                                \
		pid_t child = fork();                          \
		if (child == 0) {                              \
			outcome(name, (call));                 \
			_exit(0);                              \
		}                                              \
		waitpid(child, NULL, 0);                       \
	} while (0)

static long writable(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd >= 0)
		close(fd);
	return fd;
}

static long rlimit(int resource, long more)
{
	struct rlimit limit;
	getrlimit(resource, &limit);
	limit.rlim_max += more;
	return setrlimit(resource, &limit);
}

static long reach(const char *address, int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	inet_pton(AF_INET, address, &to.sin_addr);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return fd < 0 ? fd : connect(fd, (struct sockaddr *)&to, sizeof to);
}

static long peek_init(void)
{
	char byte;
	struct iovec here = {&byte, 1}, there = {(void *)0x400000, 1};
	return process_vm_readv(1, &here, 1, &there, 1, 0);
}

static long capabilities(void)
{
	unsigned header[2] = {0x20080522, 0}, data[6] = {1, 1, 0, 0, 0, 0};
	return syscall(SYS_capset, header, data);
}

/* struct mount_attr { __u64 attr_set, attr_clr, propagation, userns_fd; } */
static long make_writable(const char *path)
{
	unsigned long attributes[4] = {0, 1, 0, 0};
	return syscall(SYS_mount_setattr, AT_FDCWD, path, 0, attributes, sizeof attributes);
}

static int layers(int port)
{
	struct sched_param fifo = {1};
	TRY_APART("unshare-user", unshare(CLONE_NEWUSER));
	TRY_APART("unshare-mount", unshare(CLONE_NEWNS));
	TRY_APART("unshare-pid", unshare(CLONE_NEWPID));
	TRY_APART("unshare-net", unshare(CLONE_NEWNET));
	TRY_APART("mount", mount("x", "/tmp", "tmpfs", 0, ""));
	TRY_APART("umount-proc", umount2("/proc", MNT_DETACH));
	TRY_APART("umount-tmp", umount2("/tmp", MNT_DETACH));
	TRY_APART("remount-root", make_writable("/"));
	TRY_APART("remount-usr", make_writable("/usr"));
	TRY_APART("chroot", chroot("/tmp"));
	TRY_APART("pivot_root", syscall(SYS_pivot_root, "/tmp", "/tmp"));
	TRY_APART("sethostname", sethostname("x", 1));
	TRY_APART("mknod", mknod("/tmp/device", S_IFCHR | 0666, makedev(1, 8)));
	TRY_APART("write-root", writable("/x"));
	TRY_APART("write-usr", writable("/usr/x"));
	TRY_APART("write-etc", writable("/etc/x"));
	TRY_APART("write-passwd", open("/etc/passwd", O_WRONLY));
	TRY_APART("write-dev", writable("/dev/x"));
	TRY_APART("host-root", open("/.host", O_RDONLY));
	TRY_APART("init-status", open("/proc/1/status", O_RDONLY));
	TRY_APART("init-memory", open("/proc/1/mem", O_RDWR));
	TRY_APART("init-descriptors", open("/proc/1/fd", O_RDONLY));
	TRY_APART("init-trace", ptrace(PTRACE_ATTACH, 1, NULL, NULL));
	TRY_APART("init-peek", peek_init());
	TRY_APART("setuid", setuid(0));
	TRY_APART("setgid", setgid(0));
	TRY_APART("setgroups", setgroups(0, NULL));
	TRY_APART("capset", capabilities());
	TRY_APART("limit-files", rlimit(RLIMIT_NOFILE, 1));
	TRY_APART("limit-core", rlimit(RLIMIT_CORE, 1));
	TRY_APART("nice", setpriority(PRIO_PROCESS, 0, -1));
	TRY_APART("fifo", sched_setscheduler(0, SCHED_FIFO, &fifo));
	TRY_APART("securebits", prctl(PR_SET_SECUREBITS, 0));
	TRY_APART("ambient", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 0, 0, 0));
	TRY_APART("host-port", reach("127.0.0.1", port));
	TRY_APART("outside", reach("192.0.2.1", 80));
	TRY_APART("sysctl", open("/proc/sys/kernel/hostname", O_WRONLY));
	TRY_APART("sys", open("/sys", O_RDONLY));
	return 0;
}

/* Groups of seven words: a call and its arguments, made in a child of its own. */
static int calls(int count, char **words)
{
	for (int i = 0; i + 6 < count; i += 7) {
		long a[7];
		for (int k = 0; k < 7; k++)
			a[k] = strtoul(words[i + k], NULL, 0);
		fflush(stdout);
		pid_t child = fork();
		if (child == 0) {
			pid_t self = getpid();
			alarm(30);
			long result = syscall(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
			int number = errno;
			if (getpid() != self) /* what a clone has made */
				_exit(0);
			printf("%s\n", result == -1 ? error_name(number) : "done");
			fflush(stdout);
			_exit(0);
		}
		int status;
		waitpid(child, &status, 0);
		if (WIFSIGNALED(status))
			printf("signal %d\n", WTERMSIG(status));
	}
	return 0;
}

/* getpid(2) through the 32-bit entry, where its number is 20. */
static int i386(void)
{
	long result = -ENOSYS;
#ifdef __x86_64__
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(20L)
			 : "memory", "r8", "r9", "r10", "r11");
#endif
	printf("%s\n", result == getpid() ? "done" : error_name(-result));
	return 0;
}

int main(int count, char **words)
{
	const char *what = count > 1 ? words[1] : "";
	if (!strcmp(what, "state"))
		state();
	if (!strcmp(what, "layers"))
		return layers(atoi(words[2]));
	if (!strcmp(what, "call"))
		return calls(count - 2, words + 2);
	if (!strcmp(what, "i386"))
		return i386();
	return 64;
}
