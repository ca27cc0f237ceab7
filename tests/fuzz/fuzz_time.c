/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 3339 times and what --since takes. */
#include "tests/fuzz/fuzz.h"

#include "base/clock.h"

FUZZ(data, size)
{
	md_auto_free char *text = fuzz_text(data, size);
	struct md_error err = MD_ERROR_INIT;
	char again[MD_TIME_TEXT_MAX];
	char words[32];
	int64_t first;
	int64_t second;

	if (fuzz_result(md_time_parse(text, &first, &err), &err) == 0) {
		md_time_format(first, again);
		ALWAYS(md_time_parse(again, &second, &err) == 0 && first == second);
	}
	if (fuzz_result(md_time_parse_when(text, INT64_C(1700000000000000000), &first, &err),
			&err) == 0)
		md_duration_words(first, words);
	return 0;
}
