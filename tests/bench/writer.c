/* SPDX-License-Identifier: Apache-2.0 */
/* writer.c - write MEGABYTES of lines of 100 bytes to stdout, 64 KiB at a time: a log's worst
 * customer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE  100
#define CHUNK (64 * 1024)

int main(int argc, char **argv)
{
	static char buffer[CHUNK + LINE];
	long long left = argc > 1 ? strtoll(argv[1], NULL, 10) * 1000000 : 0;
	size_t at = 0;

	memset(buffer, 'x', sizeof(buffer));
	for (size_t i = LINE - 1; i < sizeof(buffer); i += LINE)
		buffer[i] = '\n';
	while (left > 0) {
		size_t wanted = left < CHUNK ? (size_t)left : CHUNK;
		ssize_t n = write(STDOUT_FILENO, buffer + at, wanted);

		if (n <= 0)
			return 1;
		left -= n;
		at = (at + (size_t)n) % LINE;
	}
	return 0;
}
