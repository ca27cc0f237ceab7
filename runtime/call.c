/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/call.h"

#include <assert.h>
#include <string.h>

/* Turns the short names of the table into enumerators: an empty argument list stays empty. */
#define A0()
#define A1(a)                               MD_ARG_##a
#define A2(a, b)                            A1(a), A1(b)
#define A3(a, b, c)                         A2(a, b), A1(c)
#define A4(a, b, c, d)                      A3(a, b, c), A1(d)
#define A5(a, b, c, d, e)                   A4(a, b, c, d), A1(e)
#define PICK(_1, _2, _3, _4, _5, name, ...) name
#define ARGS(...)                           PICK(__VA_ARGS__, A5, A4, A3, A2, A1)(__VA_ARGS__)

static const struct md_call_info infos[] = {
#define X(constant, text, ...) [MD_CALL_##constant] = {text, {ARGS(__VA_ARGS__)}},
	MD_CALLS(X)
#undef X
};

const struct md_call_info *md_call_info(enum md_call_kind kind)
{
	assert(kind < MD_CALL_COUNT);
	return &infos[kind];
}

unsigned int md_call_arg_count(enum md_call_kind kind)
{
	const enum md_arg_type *args = md_call_info(kind)->args;
	unsigned int n = 0;

	while (n < sizeof(infos[0].args) / sizeof(infos[0].args[0]) && args[n] != MD_ARG_NONE)
		n++;
	return n;
}

enum md_call_kind md_call_find(const char *name)
{
	for (unsigned int i = 0; i < MD_CALL_COUNT; i++)
		if (strcmp(infos[i].name, name) == 0)
			return (enum md_call_kind)i;
	return MD_CALL_COUNT;
}
