"""What attacks have in common: try something and print the exact outcome on one line."""
import ctypes
import errno
import os

LIBC = ctypes.CDLL(None, use_errno=True)
AT_FDCWD = -100


def attempt(label, action, *arguments, show=False):
    """Prints 'LABEL: done' (or its result) or 'LABEL: ERRNO'."""
    try:
        result = action(*arguments)
        print(f"{label}: {result if show else 'done'}", flush=True)
        return result
    except OSError as e:
        print(f"{label}: {errno.errorcode.get(e.errno, e.errno)}", flush=True)
        return None


def refused(label, action, *arguments):
    """Prints 'LABEL: refused' for EACCES and EROFS: which of them comes first depends on the host's mount."""
    try:
        action(*arguments)
        print(f"{label}: done", flush=True)
    except OSError as e:
        known = e.errno in (errno.EACCES, errno.EROFS)
        print(f"{label}: {'refused' if known else errno.errorcode.get(e.errno, e.errno)}", flush=True)


def call(number, *arguments):
    """A raw system call; integers are passed as 64 bits, bytes by address."""
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = LIBC.syscall(ctypes.c_long(number), *words)
    if result == -1:
        raise OSError(ctypes.get_errno(), "")
    return result


def read(path, count=1 << 20):
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        return os.read(fd, count)
    finally:
        os.close(fd)


def write(path, data=b"x", flags=0):
    fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK | flags)
    try:
        return os.write(fd, data)
    finally:
        os.close(fd)
