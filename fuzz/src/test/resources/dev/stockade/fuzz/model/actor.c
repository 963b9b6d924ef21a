/*
 * Does as its arguments say, one after the other, then exits with 0:
 *
 *   exit:N  signal:N  alloc:MIB  childalloc:MIB  burn:MS  childburn:MS  sleep:MS  write:FD:BYTES
 *   fork:N  orphan  ignore  stop  mount
 *
 * A fork that fails is passed over. "echo" as the first: see echo().
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void all(int fd, const void *bytes, size_t count)
{
	const char *from = bytes;
	while (count > 0) {
		ssize_t done = write(fd, from, count);
		if (done < 0)
			return;
		from += done;
		count -= done;
	}
}

/* Byte number i of a stream is a function of i and the stream. */
static void output(int fd, size_t count)
{
	static size_t at[3];
	char buffer[1 << 16];
	while (count > 0) {
		size_t some = count < sizeof buffer ? count : sizeof buffer;
		for (size_t i = 0; i < some; i++)
			buffer[i] = (char)((at[fd] + i) * 31 + fd + ((at[fd] + i) >> 8));
		all(fd, buffer, some);
		at[fd] += some;
		count -= some;
	}
}

static void burn(long milliseconds)
{
	struct timespec start, now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < milliseconds);
}

static void allocate(size_t mebibytes)
{
	char *memory = malloc(mebibytes << 20);
	if (!memory)
		abort();
	for (size_t i = 0; i < mebibytes << 20; i += 512)
		((volatile char *)memory)[i] = (char)(i >> 9 | 1);
}

static void rest(long milliseconds)
{
	struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
	while (nanosleep(&time, &time))
		;
}

static void in_child(void (*work)(long), long argument)
{
	pid_t child = fork();
	if (child == 0) {
		work(argument);
		_exit(0);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
}

static void child_allocates(long mebibytes)
{
	allocate(mebibytes);
}

static void stays(long unused)
{
	(void)unused;
	for (;;)
		pause();
}

static void leaves_an_orphan(long unused)
{
	(void)unused;
	setsid();
	if (fork() == 0)
		stays(0);
}

static void ignore_everything(void)
{
	for (int number = 1; number < 65; number++)
		if (number != SIGCHLD)
			signal(number, SIG_IGN);
}

static void act(const char *name, long first, long second)
{
	if (!strcmp(name, "exit"))
		_exit(first);
	else if (!strcmp(name, "signal"))
		raise(first);
	else if (!strcmp(name, "alloc"))
		allocate(first);
	else if (!strcmp(name, "childalloc"))
		in_child(child_allocates, first);
	else if (!strcmp(name, "burn"))
		burn(first);
	else if (!strcmp(name, "childburn"))
		in_child(burn, first);
	else if (!strcmp(name, "sleep"))
		rest(first);
	else if (!strcmp(name, "write"))
		output(first, second);
	else if (!strcmp(name, "orphan"))
		in_child(leaves_an_orphan, 0);
	else if (!strcmp(name, "ignore"))
		ignore_everything();
	else if (!strcmp(name, "mount"))
		mount("tmpfs", "/tmp", "tmpfs", 0, "");
	else if (!strcmp(name, "fork")) {
		for (long i = 0; i < first; i++)
			if (fork() == 0)
				stays(0);
	} else
		_exit(99);
}

static void sized(const char *text)
{
	uint64_t length = strlen(text);
	all(1, &length, sizeof length);
	all(1, text, length);
}

/* To standard output each argument and each variable, with its length; its input to standard error. */
static int echo(char **arguments)
{
	for (; *arguments; arguments++)
		sized(*arguments);
	for (char **variable = environ; *variable; variable++)
		sized(*variable);
	char buffer[1 << 16];
	ssize_t count;
	while ((count = read(0, buffer, sizeof buffer)) > 0)
		all(2, buffer, count);
	return 0;
}

int main(int count, char **arguments)
{
	if (count > 1 && !strcmp(arguments[1], "echo"))
		return echo(arguments + 2);
	for (int i = 1; i < count; i++) {
		char name[16];
		long first = 0, second = 0;
		if (sscanf(arguments[i], "%15[a-z]:%ld:%ld", name, &first, &second) < 1)
			return 99;
		act(name, first, second);
	}
	return 0;
}
