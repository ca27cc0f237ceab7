/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cpu_list.h"

#include <stdlib.h>

/* Read "3" or "0-3" and the comma behind it. False at the end and at what is neither. */
static bool next_range(const char **text, unsigned long *ret_first, unsigned long *ret_last)
{
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	*ret_first = *ret_last = strtoul(*text, &end, 10);
	if (*end == '-')
		*ret_last = strtoul(end + 1, &end, 10);
	*text = *end == ',' ? end + 1 : end;
	return *ret_last <= MD_CPU_LIST_MAX;
}

static bool has(const char *list, unsigned long number)
{
	unsigned long first, last;

	while (next_range(&list, &first, &last))
		if (first <= number && number <= last)
			return true;
	return false;
}

bool md_cpu_list_within(const char *list, const char *available)
{
	unsigned long first, last;

	if (*available < '0' || *available > '9')
		return true;
	while (next_range(&list, &first, &last))
		for (unsigned long number = first; number <= last; number++)
			if (!has(available, number))
				return false;
	return true;
}
