/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines: any bytes come back from the line that they were written to; any line may be read. */
#include "tests/fuzz/fuzz.h"

#include "containers/log_private.h"

static void check_line(const char *line, size_t length)
{
	MD_CLEANUP(md_str_fini) struct md_str scratch = MD_STR_INIT;
	struct md_log_record record;
	size_t skipped = 0;

	if (md_log_parse_line(line, length, &scratch, &record)) {
		ALWAYS(record.length <= length);
		ALWAYS(record.stream == MD_STREAM_STDOUT || record.stream == MD_STREAM_STDERR);
		ALWAYS(record.length == 0 || memchr(record.bytes, record.bytes[0], record.length));
	}
	if (md_log_salvage_line(line, length, &scratch, &record, &skipped))
		ALWAYS(skipped <= length && record.length <= length);
}

static void check_round(const uint8_t *data, size_t size)
{
	MD_CLEANUP(md_str_fini) struct md_str scratch = MD_STR_INIT;
	size_t room = MD_LOG_ESCAPED_MAX * size + MD_LOG_OVERHEAD_MAX + MD_LOG_SLACK;
	md_auto_free char *line = md_xcalloc(room, 1);
	struct md_log_suffix suffix;
	struct md_log_record record;
	size_t length;

	md_log_make_suffix(MD_STREAM_STDERR, INT64_C(1700000000123456789), &suffix);
	length = md_log_encode(line, data, size, &suffix);
	ALWAYS(length > 0 && length <= room && line[length - 1] == '\n');
	ALWAYS(!memchr(line, '\n', length - 1));
	ALWAYS(md_log_parse_line(line, length - 1, &scratch, &record));
	ALWAYS(record.length == size && (size == 0 || memcmp(record.bytes, data, size) == 0));
	ALWAYS(record.stream == MD_STREAM_STDERR);
	ALWAYS(record.time_ns == INT64_C(1700000000123456789));
}

FUZZ(data, size)
{
	size_t cut = md_log_cut(data, size);

	ALWAYS(cut <= size && (cut > 0 || size == 0));
	check_line((const char *)data, size);
	check_round(data, size);
	check_round(data, cut);
	return 0;
}
