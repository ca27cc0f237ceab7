/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, sizes, decimals, durations, names, host names and signals as people type them. */
#include "tests/fuzz/fuzz.h"

#include "base/name.h"
#include "base/number.h"
#include "base/proc.h"

#include <inttypes.h>

static void check_integers(const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	uint64_t u = 7;
	uint64_t wide;
	int64_t i;
	char again[24];

	if (fuzz_result(md_parse_u64(text, 5, 5000, &u, &err), &err) == 0)
		ALWAYS(u >= 5 && u <= 5000);
	else
		ALWAYS(u == 7);
	if (fuzz_result(md_parse_u64(text, 0, UINT64_MAX, &wide, &err), &err) == 0)
		ALWAYS(wide == strtoull(text, NULL, 10));
	if (fuzz_result(md_parse_i64(text, INT64_MIN, INT64_MAX, &i, &err), &err) == 0) {
		(void)snprintf(again, sizeof(again), "%" PRId64, i);
		ALWAYS(strtoll(text, NULL, 10) == i && strtoll(again, NULL, 10) == i);
	}
}

static void check_scaled(const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	uint64_t coarse;
	uint64_t fine;
	uint64_t bytes;
	uint64_t ns;
	char words[16];

	if (fuzz_result(md_parse_decimal(text, 1000, &coarse, &err), &err) == 0 &&
	    fuzz_result(md_parse_decimal(text, 1000000, &fine, &err), &err) == 0)
		ALWAYS(fine == 1000 * coarse);
	if (fuzz_result(md_parse_size(text, &bytes, &err), &err) == 0) {
		md_format_size(bytes, MD_UNITS_BINARY, words);
		md_format_size(bytes, MD_UNITS_DECIMAL, words);
	}
	if (fuzz_result(md_parse_duration_ns(text, &ns, &err), &err) == 0)
		ALWAYS(ns <= INT64_MAX);
}

static void check_words(const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	int signo;

	if (fuzz_result(md_name_check(text, &err), &err) == 0)
		ALWAYS(!strchr(text, '/') && strcmp(text, "..") != 0 && strlen(text) <= 128);
	if (fuzz_result(md_hostname_check(text, &err), &err) == 0)
		ALWAYS(*text && strlen(text) <= 64);
	if (md_id_is_valid(text))
		ALWAYS(md_id_is_prefix(text));
	if (fuzz_result(md_signal_parse(text, &signo, &err), &err) == 0)
		ALWAYS(signo >= 1 && signo <= 64 && md_signal_name(signo));
}

FUZZ(data, size)
{
	md_auto_free char *text = fuzz_text(data, size);

	check_integers(text);
	check_scaled(text);
	check_words(text);
	return 0;
}
