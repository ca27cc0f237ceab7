/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/payloads/selfcheck.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct json out = {0};

	if (argc == 2 && strcmp(argv[1], SELFCHECK_PRINT_EUID) == 0)
		return (int)geteuid() & 0x7f;
	json_open(&out, NULL, '{');
	check_process(&out, argc - 1, argv + 1);
	check_files(&out);
	check_filter(&out);
	check_attempts(&out);
	json_close(&out, '}');
	putchar('\n');
	return fflush(stdout) != 0;
}
