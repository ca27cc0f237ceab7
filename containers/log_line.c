/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One record, to text and back. Text is what the writer spends its time on: runs of bytes that need
 * no escape are found and copied 16 at a time.
 */
#include "containers/log_private.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define PREFIX        "{\"log\":\""
#define PREFIX_LENGTH (sizeof(PREFIX) - 1)
#define LOW_FIRST     0xdc00u /* low surrogates; dc80 to dcff alone stand for bytes 80 to ff */
#define LOW_LAST      0xdfffu
#define HIGH_FIRST    0xd800u
#define HIGH_LAST     0xdbffu

/* May stand in a JSON string as it is, alone. */
static bool is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* Length of the UTF-8 character at `p` (RFC 3629: shortest form, no surrogates), 0 if none. */
static size_t utf8_length(const uint8_t *p, size_t left)
{
	uint8_t low = 0x80, high = 0xbf; /* range of the second byte */
	size_t length;

	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		length = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		length = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		length = 4;
	else
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (left < length || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

#ifdef __SSE2__
/*
 * Copy whole blocks of 16 as long as all bytes are plain, then the plain start of the next one.
 * Returns how many bytes were copied; up to 16 more may have been written behind them.
 */
static size_t copy_plain(char *out, const uint8_t *in, size_t length)
{
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i backslash = _mm_set1_epi8('\\');
	const __m128i space = _mm_set1_epi8(0x20);
	size_t i = 0;

	for (; i + 16 <= length; i += 16) {
		__m128i block = _mm_loadu_si128((const __m128i *)(const void *)(in + i));
		/* Signed: bytes from 0x80 are negative and so below 0x20 as well. */
		__m128i special = _mm_or_si128(_mm_cmplt_epi8(block, space),
					       _mm_or_si128(_mm_cmpeq_epi8(block, quote),
							    _mm_cmpeq_epi8(block, backslash)));
		unsigned int mask = (unsigned int)_mm_movemask_epi8(special);

		_mm_storeu_si128((__m128i *)(void *)(out + i), block);
		if (mask)
			return i + (size_t)__builtin_ctz(mask);
	}
	for (; i < length && is_plain(in[i]); i++)
		out[i] = (char)in[i];
	return i;
}
#else
static size_t copy_plain(char *out, const uint8_t *in, size_t length)
{
	size_t i = 0;

	for (; i < length && is_plain(in[i]); i++)
		out[i] = (char)in[i];
	return i;
}
#endif

static char *put_unicode(char *out, unsigned int code)
{
	static const char hex[] = "0123456789abcdef";

	out[0] = '\\';
	out[1] = 'u';
	for (int i = 0; i < 4; i++)
		out[2 + i] = hex[(code >> (12 - 4 * i)) & 15];
	return out + 6;
}

/* One byte below 0x80 that is not plain. */
static char *put_escape(char *out, uint8_t c)
{
	static const char letters[0x20] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
	char letter = c < sizeof(letters) ? letters[c] : (char)c;

	if (!letter)
		return put_unicode(out, c);
	out[0] = '\\';
	out[1] = letter;
	return out + 2;
}

/* One character that is not plain; *used: bytes taken. */
static char *put_special(char *out, const uint8_t *in, size_t left, size_t *used)
{
	size_t length;

	*used = 1;
	if (in[0] < 0x80)
		return put_escape(out, in[0]);
	length = utf8_length(in, left);
	if (length == 0)
		return put_unicode(out, LOW_FIRST + in[0]);
	for (size_t i = 0; i < length; i++)
		out[i] = (char)in[i];
	*used = length;
	return out + length;
}

size_t md_log_encode(char *out, const void *bytes, size_t length,
		     const struct md_log_suffix *suffix)
{
	const uint8_t *in = bytes;
	char *p = out;
	size_t i = 0;

	memcpy(p, PREFIX, PREFIX_LENGTH);
	p += PREFIX_LENGTH;
	for (;;) {
		size_t n = copy_plain(p, in + i, length - i);

		p += n;
		i += n;
		if (i == length)
			break;
		p = put_special(p, in + i, length - i, &n);
		i += n;
	}
	memcpy(p, suffix->text, suffix->length);
	return (size_t)(p - out) + suffix->length;
}

void md_log_make_suffix(enum md_stream stream, int64_t time_ns, struct md_log_suffix *ret)
{
	char time[MD_TIME_TEXT_MAX];

	md_time_format(time_ns, time);
	ret->length = (size_t)snprintf(ret->text, sizeof(ret->text),
				       "\",\"stream\":\"%s\",\"time\":\"%s\"}\n",
				       stream == MD_STREAM_STDERR ? "stderr" : "stdout", time);
}

size_t md_log_cut(const void *bytes, size_t length)
{
	const uint8_t *p = bytes;

	/* The last character starts at most three bytes before the end and wants more than is
	 * there. */
	for (size_t back = 1; back <= 3 && back < length; back++) {
		uint8_t c = p[length - back];
		size_t wants = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;

		if ((c & 0xc0) == 0x80)
			continue;
		return wants > back ? length - back : length;
	}
	return length;
}

/* Four hex digits; -1 if they are not. */
static int parse_hex(const char *p, const char *end)
{
	int code = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;

		if (digit < 0)
			return -1;
		code = 16 * code + digit;
	}
	return code;
}

static void add_utf8(struct md_str *out, unsigned int code)
{
	if (code < 0x80) {
		md_str_addc(out, (char)code);
	} else if (code < 0x800) {
		md_str_addc(out, (char)(0xc0 | (code >> 6)));
		md_str_addc(out, (char)(0x80 | (code & 0x3f)));
	} else if (code < 0x10000) {
		md_str_addc(out, (char)(0xe0 | (code >> 12)));
		md_str_addc(out, (char)(0x80 | ((code >> 6) & 0x3f)));
		md_str_addc(out, (char)(0x80 | (code & 0x3f)));
	} else {
		md_str_addc(out, (char)(0xf0 | (code >> 18)));
		md_str_addc(out, (char)(0x80 | ((code >> 12) & 0x3f)));
		md_str_addc(out, (char)(0x80 | ((code >> 6) & 0x3f)));
		md_str_addc(out, (char)(0x80 | (code & 0x3f)));
	}
}

/* Behind "\u". Returns where reading goes on, NULL for what no writer writes. */
static const char *take_unicode(const char *p, const char *end, struct md_str *out)
{
	int code = parse_hex(p, end);
	int low;

	if (code < 0)
		return NULL;
	if ((unsigned int)code >= LOW_FIRST + 0x80 && (unsigned int)code <= LOW_FIRST + 0xff) {
		md_str_addc(out, (char)(code & 0xff));
		return p + 4;
	}
	if ((unsigned int)code < HIGH_FIRST || (unsigned int)code > LOW_LAST) {
		add_utf8(out, (unsigned int)code);
		return p + 4;
	}
	if ((unsigned int)code > HIGH_LAST || end - p < 10 || p[4] != '\\' || p[5] != 'u')
		return NULL;
	low = parse_hex(p + 6, end);
	if (low < (int)LOW_FIRST || low > (int)LOW_LAST)
		return NULL;
	add_utf8(out, 0x10000 + (((unsigned int)code - HIGH_FIRST) << 10) +
			      ((unsigned int)low - LOW_FIRST));
	return p + 10;
}

/* Behind '\'. */
static const char *take_escape(const char *p, const char *end, struct md_str *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (p == end || !*p)
		return NULL;
	if (*p == 'u')
		return take_unicode(p + 1, end, out);
	found = strchr(from, *p);
	if (!found)
		return NULL;
	md_str_addc(out, to[found - from]);
	return p + 1;
}

/* From behind the opening quote to behind the closing one; NULL for a damaged string. */
static const char *take_string(const char *p, const char *end, struct md_str *out)
{
	while (p < end) {
		const char *run = p;
		size_t length;

		while (p < end && is_plain((uint8_t)*p))
			p++;
		md_str_add_bytes(out, run, (size_t)(p - run));
		if (p == end)
			return NULL;
		if (*p == '"')
			return p + 1;
		if (*p == '\\') {
			p = take_escape(p + 1, end, out);
			if (!p)
				return NULL;
			continue;
		}
		length = utf8_length((const uint8_t *)p, (size_t)(end - p));
		if (length == 0)
			return NULL;
		md_str_add_bytes(out, p, length);
		p += length;
	}
	return NULL;
}

static bool take_literal(const char **p, const char *end, const char *literal)
{
	size_t length = strlen(literal);

	if ((size_t)(end - *p) < length || memcmp(*p, literal, length) != 0)
		return false;
	*p += length;
	return true;
}

static bool take_stream(const char **p, const char *end, enum md_stream *ret)
{
	if (!take_literal(p, end, ",\"stream\":\"std"))
		return false;
	*ret = *p < end && **p == 'e' ? MD_STREAM_STDERR : MD_STREAM_STDOUT;
	return take_literal(p, end, *ret == MD_STREAM_STDERR ? "err\"" : "out\"");
}

/* The rest of the line: ,"time":"..."} and nothing more. */
static bool take_time(const char *p, const char *end, int64_t *ret)
{
	struct md_error ignored = MD_ERROR_INIT;
	char text[MD_TIME_TEXT_MAX];
	size_t length;

	if (!take_literal(&p, end, ",\"time\":\"") || end - p < 2)
		return false;
	length = (size_t)(end - p) - 2;
	if (memcmp(p + length, "\"}", 2) != 0 || length >= sizeof(text))
		return false;
	memcpy(text, p, length);
	text[length] = '\0';
	return md_time_parse(text, ret, &ignored) == 0;
}

bool md_log_parse_line(const char *line, size_t length, struct md_str *scratch,
		       struct md_log_record *ret)
{
	const char *end = line + length;
	const char *p = line;
	struct md_log_record record;

	md_str_clear(scratch);
	if (!take_literal(&p, end, PREFIX))
		return false;
	p = take_string(p, end, scratch);
	if (!p || !take_stream(&p, end, &record.stream) || !take_time(p, end, &record.time_ns))
		return false;
	record.bytes = md_str_get(scratch);
	record.length = scratch->length;
	*ret = record;
	return true;
}

/*
 * Inside a record every '"' of the output is escaped, so the start of a record cannot be forged by
 * what a container prints: where it stands in the middle of a line, the one before it was torn.
 */
bool md_log_salvage_line(const char *line, size_t length, struct md_str *scratch,
			 struct md_log_record *ret, size_t *ret_skipped)
{
	*ret_skipped = 0;
	if (md_log_parse_line(line, length, scratch, ret))
		return true;
	for (size_t at = length < PREFIX_LENGTH ? 0 : length - PREFIX_LENGTH; at > 0; at--) {
		if (memcmp(line + at, PREFIX, PREFIX_LENGTH) != 0)
			continue;
		*ret_skipped = at;
		if (md_log_parse_line(line + at, length - at, scratch, ret))
			return true;
		break;
	}
	*ret_skipped = length;
	return false;
}

bool md_log_is_wanted(const struct md_log_options *options, const struct md_log_record *record)
{
	if (record->stream == MD_STREAM_STDOUT ? options->no_stdout : options->no_stderr)
		return false;
	if (options->since_ns && record->time_ns < options->since_ns)
		return false;
	return !options->until_ns || record->time_ns <= options->until_ns;
}
