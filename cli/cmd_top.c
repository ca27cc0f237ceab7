/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/clock.h"
#include "cli/output.h"
#include "containers/lifecycle.h"

#include <inttypes.h>
#include <time.h>

#define NS_PER_S  1000000000LL
#define NS_PER_MS 1000000LL
#define DAY_S     (24 * 60 * 60)

/* "14:02" for today's processes, "Nov21" for older ones, as ps(1). */
static void add_start(int64_t started_ns, int64_t now_ns, struct md_str *out)
{
	time_t started = (time_t)(started_ns / NS_PER_S);
	bool is_recent = now_ns - started_ns < DAY_S * NS_PER_S;
	struct tm parts;
	char text[16] = "?";

	if (localtime_r(&started, &parts))
		(void)strftime(text, sizeof(text), is_recent ? "%H:%M" : "%b%d", &parts);
	md_str_add(out, text);
}

static void add_user(uint32_t uid, struct md_str *out)
{
	if (uid == 0)
		md_str_add(out, "root");
	else
		md_str_addf(out, "%u", uid);
}

static void add_row(const struct md_top_process *p, int64_t now_ns, struct md_str *out)
{
	int64_t age_ms = (now_ns - p->started_ns) / NS_PER_MS;
	uint64_t seconds = p->cpu_ms / 1000;

	add_user(p->uid, out);
	md_str_addf(out, "\t%d\t%d\t%d\t%" PRIu64 "\t", (int)p->pid, (int)p->parent, (int)p->inside,
		    age_ms > 0 ? p->cpu_ms * 100 / (uint64_t)age_ms : 0);
	add_start(p->started_ns, now_ns, out);
	md_str_addf(out, "\t%s\t%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 "\t", p->terminal,
		    seconds / 3600, seconds / 60 % 60, seconds % 60);
	md_output_cell(p->command, out);
	md_str_addc(out, '\n');
}

static int print(const struct md_top_process *list, size_t count, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str rows = MD_STR_INIT, table = MD_STR_INIT;
	int64_t now_ns = md_clock_wall_ns();

	md_str_add(&rows, "UID\tPID\tPPID\tINSIDE\tC\tSTIME\tTTY\tTIME\tCMD\n");
	for (size_t i = 0; i < count; i++)
		add_row(&list[i], now_ns, &rows);
	md_output_align(md_str_get(&rows), &table);
	return md_output_text(md_str_get(&table), err);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};
	struct md_top_process *list = NULL;
	char id[MD_ID_LENGTH + 1];
	size_t count = 0;
	int result;

	if (md_engine_open(in->root, &engine, err) < 0 ||
	    md_store_find(engine.store, in->operands[0], id, err) < 0 ||
	    md_lifecycle_top(&engine, id, &list, &count, err) < 0)
		return -1;
	result = print(list, count, err);
	md_top_free(list, count);
	return result;
}

const struct md_command md_cmd_top = {
	.name = "top",
	.group = MD_GROUP_CONTAINER,
	.operands = "CONTAINER",
	.summary = "list the processes of a container",
	.description = "PID and PPID are those of the host, INSIDE is the process id in the "
		       "container, C is the CPU time in percent of the time since the start.",
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
