/* SPDX-License-Identifier: Apache-2.0 */
/* /proc/PID/stat: a command name of any bytes must not change what is read behind it. */
#include "tests/fuzz/fuzz.h"

#include "base/proc.h"

static void check_forgery(const char *name)
{
	struct md_error err = MD_ERROR_INIT;
	md_auto_free char *line = md_xasprintf(
		"77 (%s) S 12 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 4242 19\n", name);
	uint64_t start;
	pid_t parent;
	char state;

	ALWAYS(md_proc_parse_stat(line, &state, &parent, &start, &err) == 0);
	ALWAYS(state == 'S' && parent == 12 && start == 4242);
}

FUZZ(data, size)
{
	md_auto_free char *text = fuzz_text(data, size);
	struct md_error err = MD_ERROR_INIT;
	uint64_t start;
	pid_t parent;
	char state;

	if (fuzz_result(md_proc_parse_stat(text, &state, &parent, &start, &err), &err) == 0)
		ALWAYS(parent >= 0 && state);
	check_forgery(text);
	return 0;
}
