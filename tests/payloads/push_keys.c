/* SPDX-License-Identifier: Apache-2.0 */
/*
 * push_keys.c - try to type into the terminal of whoever started us: TIOCSTI and TIOCLINUX, also
 * with bits above the 32 that the kernel looks at. Prints every success; silence is good.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef TIOCLINUX
#define TIOCLINUX 0x541c
#endif

static void try_on(int fd, const char *name)
{
	static const unsigned long requests[] = {TIOCSTI, TIOCSTI | 1UL << 32,
						 TIOCSTI | 0xffffUL << 48, TIOCLINUX,
						 TIOCLINUX | 1UL << 32};
	char key[2] = {3, 'x'};

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		errno = 0;
		if (syscall(SYS_ioctl, fd, requests[i], key) == 0)
			printf("ioctl %#lx on %s succeeded\n", requests[i], name);
		else if (errno != EPERM)
			printf("ioctl %#lx on %s: errno %d, not EPERM\n", requests[i], name, errno);
	}
}

int main(void)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);

	try_on(0, "stdin");
	try_on(1, "stdout");
	try_on(2, "stderr");
	if (tty >= 0)
		try_on(tty, "/dev/tty");
	puts("tried");
	return 0;
}
