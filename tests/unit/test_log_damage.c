/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 10,000 small logs, each damaged in one way: what a power cut, a full disk or a bad sector leaves.
 * Every record whose bytes are intact must come out, every other byte must be counted, and whole,
 * --tail, --since and -f must agree.
 */
#include "tests/unit/log_fixture.h"

#include <sys/eventfd.h>

#define LOGS    10000
#define SECOND  INT64_C(1000000000)
#define RECORDS 8

/* A log as it was, and what of it has been damaged. */
struct log {
	struct md_str data;
	size_t start[RECORDS + 1]; /* of each record; then the end */
	bool is_hit[RECORDS];
	size_t split; /* record with which the newer file begins */
};

static void make_log(struct log *log, uint32_t *random)
{
	static const char *const texts[] = {"plain\n", "with \"quotes\"\\\n",  "\xff\x80\n",
					    "",        "gr\xc3\xbc\xc3\x9f\n", "no newline"};
	struct md_log_suffix suffix;
	char record[512];

	md_str_clear(&log->data);
	for (int n = 0; n < RECORDS; n++) {
		const char *text = texts[next_random(random) % 6];

		log->start[n] = log->data.length;
		log->is_hit[n] = false;
		md_log_make_suffix(MD_STREAM_STDOUT, (n + 1) * SECOND, &suffix);
		md_str_add_bytes(&log->data, record,
				 md_log_encode(record, text, strlen(text), &suffix));
	}
	log->start[RECORDS] = log->data.length;
	log->split = 1 + next_random(random) % (RECORDS - 1);
}

static void hit(struct log *log, size_t from, size_t to)
{
	for (int n = 0; n < RECORDS; n++)
		if (from < log->start[n + 1] && to > log->start[n])
			log->is_hit[n] = true;
}

/* The newline between two records: both are still whole, they only share a line. */
static bool is_newline(const struct log *log, size_t at)
{
	return log->data.data[at] == '\n';
}

static void fill_range(struct log *log, size_t from, size_t length, char c)
{
	size_t to = from + length < log->data.length ? from + length : log->data.length;

	hit(log, from, to);
	memset(log->data.data + from, c, to - from);
}

static void flip_bit(struct log *log, uint32_t *random)
{
	size_t at = next_random(random) % log->data.length;

	if (is_newline(log, at))
		return;
	hit(log, at, at + 1);
	log->data.data[at] = (char)(log->data.data[at] ^ (1 << next_random(random) % 8));
}

static void cut_out(struct log *log, size_t from, size_t length)
{
	size_t to = from + length < log->data.length ? from + length : log->data.length;

	hit(log, from, to);
	memmove(log->data.data + from, log->data.data + to, log->data.length - to);
	log->data.length -= to - from;
	for (int n = 0; n <= RECORDS; n++)
		if (log->start[n] > from)
			log->start[n] = log->start[n] > to ? log->start[n] - (to - from) : from;
}

static void damage(struct log *log, uint32_t *random)
{
	size_t at = next_random(random) % log->data.length;
	size_t length = 1 + next_random(random) % 150;

	switch (next_random(random) % 4) {
	case 0:
		fill_range(log, at, length, '\0');
		break;
	case 1:
		flip_bit(log, random);
		break;
	case 2:
		cut_out(log, at, log->data.length); /* truncated */
		break;
	default:
		cut_out(log, at, length);
		break;
	}
}

static void put_log(const struct log *log)
{
	size_t split = log->start[log->split];

	put_file(1, log->data.data, split);
	put_file(0, log->data.data + split, log->data.length - split);
}

struct seen {
	bool times[RECORDS + 1];
	int64_t last_ns;
	size_t count, out_of_order;
};

static bool see(const struct md_log_record *record, void *context)
{
	struct seen *seen = context;

	seen->count++;
	seen->out_of_order += record->time_ns < seen->last_ns;
	seen->last_ns = record->time_ns;
	if (record->time_ns % SECOND == 0 && record->time_ns / SECOND <= RECORDS &&
	    record->time_ns > 0)
		seen->times[record->time_ns / SECOND] = true;
	return true;
}

static struct seen read_seen(const struct md_log_options *options, uint64_t *skipped)
{
	struct md_error err = MD_ERROR_INIT;
	struct seen seen = {.count = 0};
	const struct md_log_sink sink = {see, &seen};

	CHECK(md_log_read(log_fd, options, &sink, skipped, &err) == 0);
	return seen;
}

/* What is left between newlines and file ends: each piece is a record or must be reported. */
static size_t count_pieces(const struct log *log)
{
	size_t pieces = 0, begin = 0;

	for (size_t i = 0; i < log->data.length; i++) {
		bool ends = is_newline(log, i) || i + 1 == log->data.length ||
			    i + 1 == log->start[log->split];

		pieces += ends && !(is_newline(log, i) && i == begin);
		begin = ends ? i + 1 : begin;
	}
	return pieces;
}

/* Intact records that were not given, and pieces that are neither given nor reported. */
static int count_losses(const struct log *log, const struct seen *seen, uint64_t skipped)
{
	int losses = 0;

	for (int n = 0; n < RECORDS; n++)
		losses += !log->is_hit[n] && !seen->times[n + 1];
	return losses + (seen->count < count_pieces(log) && skipped == 0);
}

/* Closing an inotify descriptor takes the kernel 10 ms, so not every log is followed. */
static int check_views(const struct seen *whole, uint64_t skipped, int stop_fd)
{
	const struct md_log_options tail = {.tail = 1000, .stop_fd = -1};
	const struct md_log_options since = {.tail = -1, .since_ns = INT64_MIN, .stop_fd = -1};
	const struct md_log_options follow = {.tail = -1, .follow = true, .stop_fd = stop_fd};
	const struct md_log_options *const views[] = {&tail, &since, &follow};
	int differences = 0;

	for (size_t i = 0; i < (stop_fd >= 0 ? 3 : 2); i++) {
		uint64_t view_skipped;
		struct seen view = read_seen(views[i], &view_skipped);

		differences += view.count != whole->count ||
			       memcmp(view.times, whole->times, sizeof(view.times)) != 0;
		differences += view_skipped != skipped && i != 0;
	}
	return differences;
}

static void no_intact_record_is_lost_and_no_loss_is_silent(void)
{
	static const struct md_log_options all = {.tail = -1, .stop_fd = -1};
	md_auto_close int stop_fd = eventfd(1, EFD_CLOEXEC);
	struct log log = {.data = MD_STR_INIT};
	uint32_t random = 9;
	int losses = 0, differences = 0;

	for (int i = 0; i < LOGS; i++) {
		struct seen seen;
		uint64_t skipped;

		make_log(&log, &random);
		damage(&log, &random);
		put_log(&log);
		seen = read_seen(&all, &skipped);
		losses += count_losses(&log, &seen, skipped);
		if (i % 10 == 0)
			differences += check_views(&seen, skipped, i % 1000 == 0 ? stop_fd : -1);
	}
	CHECK(losses == 0);
	CHECK(differences == 0);
	md_str_fini(&log.data);
	fixture_clear();
}

int main(void)
{
	fixture_open();
	RUN(no_intact_record_is_lost_and_no_loss_is_silent);
	fixture_close();
	return DONE();
}
