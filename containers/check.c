/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/check.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/proc.h"
#include "containers/check_parts.h"
#include "containers/lifecycle_parts.h"
#include "containers/volumes.h"
#include "runtime/undo.h"

#include <string.h>
#include <unistd.h>

struct md_finding *md_check_add(struct md_check *check, char *what)
{
	check->findings =
		md_xreallocarray(check->findings, check->count + 1, sizeof(check->findings[0]));
	check->findings[check->count] = (struct md_finding){.what = what};
	return &check->findings[check->count++];
}

void md_check_settle(struct md_finding *finding, int result, const struct md_error *why)
{
	finding->is_repaired = result == 0;
	if (result < 0)
		finding->repair_error = md_xstrdup(why->msg);
}

static bool claims_life(const struct md_state *state)
{
	return state->status == MD_STATUS_RUNNING || state->status == MD_STATUS_PAUSED ||
	       state->status == MD_STATUS_RESTARTING;
}

/* What the undo list of a container still has to do, in one line. */
static char *describe_undo(struct md_engine *engine, const char *id)
{
	struct md_error ignored = MD_ERROR_INIT;
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;
	md_auto_json struct md_json *undo = md_store_load_undo(engine->store, id, &ignored);

	if (undo)
		(void)md_undo_describe(undo, &text);
	while (text.length > 0 && text.data[text.length - 1] == '\n')
		text.data[--text.length] = '\0';
	for (size_t i = 0; i < text.length; i++)
		if (text.data[i] == '\n')
			text.data[i] = ';';
	return md_str_take(&text);
}

/* NULL: nothing is wrong with it. */
static char *diagnose(struct md_engine *engine, const struct md_summary *summary,
		      const struct md_state *state)
{
	md_auto_free char *undo_path = md_store_path(engine->store, summary->id, "undo.json");
	bool has_undo = access(undo_path, F_OK) == 0;
	md_auto_free char *left = has_undo ? describe_undo(engine, summary->id) : md_xstrdup("");
	const char *name = summary->name ? summary->name : "?";

	if (state->status == MD_STATUS_DEAD)
		return md_xasprintf("container '%s' (%.12s): its state cannot be read%s%s", name,
				    summary->id, state->error ? ": " : "",
				    state->error ? state->error : "");
	if (claims_life(state) && md_proc_is_alive(&state->supervisor))
		return NULL;
	if (claims_life(state) && md_proc_is_alive(&state->process))
		return md_xasprintf("container '%s' (%.12s): its supervisor is gone, its process "
				    "%d still runs",
				    name, summary->id, (int)state->process.pid);
	if (claims_life(state))
		return md_xasprintf("container '%s' (%.12s): it ended and nobody recorded it%s%s",
				    name, summary->id, *left ? "; left: " : "", left);
	if (has_undo)
		return md_xasprintf("container '%s' (%.12s): a start was not cleared up%s%s", name,
				    summary->id, *left ? "; left: " : "", left);
	return NULL;
}

/* One that would have been removed at its end is removed now. */
static int remove_if_asked(struct md_engine *engine, const char *id, struct md_error *err)
{
	struct md_record record;
	int result = 0;

	if (md_store_load_record(engine->store, id, &record, err) < 0)
		return -1;
	if (record.request.is_removed) {
		md_volumes_remove(engine->store, &record.request);
		result = md_store_remove(engine->store, id, err);
	}
	md_record_fini(&record);
	return result;
}

/* Looked at again under the lock: a start or an end may have been under way. */
static int repair(struct md_engine *engine, const struct md_summary *summary, struct md_error *err)
{
	md_auto_close int lock = md_store_lock(engine->store, summary->id, err);
	md_auto_free char *still = NULL;
	struct md_state state;

	if (lock < 0 || md_store_load_state(engine->store, summary->id, &state, err) < 0)
		return -1;
	still = diagnose(engine, summary, &state);
	if (state.status == MD_STATUS_DEAD)
		(void)md_fail(err, MD_ERR_CORRUPT, "only 'minidock rm -f' helps");
	md_state_fini(&state);
	if (err->code != MD_OK)
		return -1;
	if (!still)
		return 0;
	if (md_lifecycle_clean_up(engine, summary->id, err) < 0)
		return -1;
	return remove_if_asked(engine, summary->id, err);
}

static int check_container(struct md_check *check, const struct md_summary *summary,
			   struct md_error *err)
{
	struct md_engine *engine = check->engine;
	struct md_error why = MD_ERROR_INIT;
	struct md_finding *finding;
	struct md_state state;
	char *what;

	if (md_store_load_state(engine->store, summary->id, &state, &why) < 0) {
		if (why.code == MD_ERR_NOT_FOUND)
			return 0; /* removed meanwhile */
		*err = why;
		return -1;
	}
	what = diagnose(engine, summary, &state);
	md_state_fini(&state);
	if (!what)
		return 0;
	finding = md_check_add(check, what);
	if (check->mode == MD_CHECK_REPAIR)
		md_check_settle(finding, repair(engine, summary, &why), &why);
	return 0;
}

static int check_containers(struct md_check *check, struct md_error *err)
{
	struct md_summary *list;
	size_t count;
	int result = 0;

	if (md_store_list(check->engine->store, &list, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count && result == 0; i++)
		result = check_container(check, &list[i], err);
	md_summaries_free(list, count);
	return result;
}

/* Containers that were never made whole, or not wholly removed. */
static int check_store(struct md_check *check, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv lines = MD_STRV_INIT;
	bool repairs = check->mode == MD_CHECK_REPAIR;

	if (md_store_sweep(check->engine->store, repairs ? MD_SWEEP_REMOVE : MD_SWEEP_LOOK, &lines,
			   err) < 0)
		return -1;
	for (size_t i = 0; i < lines.count; i++)
		md_check_add(check, md_xstrdup(lines.items[i]))->is_repaired = repairs;
	return 0;
}

int md_check_run(struct md_engine *engine, enum md_check_mode mode, struct md_finding **ret,
		 size_t *ret_count, struct md_error *err)
{
	struct md_check check = {.engine = engine, .mode = mode};

	if (check_containers(&check, err) < 0 || check_store(&check, err) < 0 ||
	    md_check_places(&check, err) < 0) {
		md_findings_free(check.findings, check.count);
		return -1;
	}
	*ret = check.findings;
	*ret_count = check.count;
	return 0;
}

void md_findings_free(struct md_finding *findings, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(findings[i].what);
		free(findings[i].repair_error);
	}
	free(findings);
}
