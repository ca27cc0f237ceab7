/* SPDX-License-Identifier: Apache-2.0 */
/* The set functions of cli/options.h: what the value of a common option may be. */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "base/proc.h"
#include "base/str.h"
#include "cli/options.h"

#include <limits.h>
#include <string.h>

void *md_option_member(const struct md_option *option, void *flags)
{
	return (char *)flags + option->offset;
}

int md_parse_bool(const char *text, bool *ret, struct md_error *err)
{
	static const struct {
		const char *text;
		bool value;
	} words[] = {
		{"true", true}, {"1", true},      {"t", true},      {"TRUE", true},
		{"True", true}, {"T", true},      {"false", false}, {"0", false},
		{"f", false},   {"FALSE", false}, {"False", false}, {"F", false},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].text, text) != 0)
			continue;
		*ret = words[i].value;
		return 0;
	}
	return md_fail(err, MD_ERR_INVALID, "'%s' is neither true nor false", text);
}

int md_option_set_bool(const struct md_option *option, const char *value, void *flags,
		       struct md_error *err)
{
	return md_parse_bool(value, md_option_member(option, flags), err);
}

int md_option_set_text(const struct md_option *option, const char *value, void *flags,
		       struct md_error *err)
{
	(void)err;
	*(const char **)md_option_member(option, flags) = value;
	return 0;
}

int md_option_set_signal(const struct md_option *option, const char *value, void *flags,
			 struct md_error *err)
{
	int signo;

	if (md_signal_parse(value, &signo, err) < 0)
		return -1;
	return md_option_set_text(option, value, flags, err);
}

int md_option_set_copy(const struct md_option *option, const char *value, void *flags,
		       struct md_error *err)
{
	char **member = md_option_member(option, flags);

	(void)err;
	free(*member);
	*member = md_xstrdup(value);
	return 0;
}

int md_option_set_list(const struct md_option *option, const char *value, void *flags,
		       struct md_error *err)
{
	(void)err;
	md_strv_add(md_option_member(option, flags), value);
	return 0;
}

int md_option_set_int(const struct md_option *option, const char *value, void *flags,
		      struct md_error *err)
{
	int64_t n = 0;

	if (md_parse_i64(value, INT_MIN, INT_MAX, &n, err) < 0)
		return -1;
	*(int *)md_option_member(option, flags) = (int)n;
	return 0;
}
