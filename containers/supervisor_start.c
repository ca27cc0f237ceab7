/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/proc.h"
#include "containers/etc_files.h"
#include "containers/supervisor_parts.h"
#include "containers/userns_range.h"
#include "containers/volumes.h"
#include "images/image.h"
#include "runtime/compile.h"
#include "runtime/undo.h"

#include <sys/stat.h>

#define AUTO_PIPES MD_CLEANUP(md_job_pipes_close)

static int find_image(struct md_supervisor *supervisor, struct md_image *ret, struct md_error *err)
{
	struct md_image_store *images = md_image_store_open(md_store_root_fd(supervisor->store),
							    md_store_root(supervisor->store), err);
	int result;

	if (!images)
		return -1;
	result = md_image_find(images, supervisor->record.image_id, ret, err);
	md_image_store_close(images);
	return result;
}

/* First process of the container whose namespaces we join, 0 for none. */
static int find_join_pid(struct md_supervisor *supervisor, pid_t *ret, struct md_error *err)
{
	const char *name;
	char id[MD_ID_LENGTH + 1];
	struct md_state state;
	bool is_alive;

	if (md_spec_join_target(&supervisor->record.request, &name, err) < 0)
		return -1;
	if (!name)
		return 0;
	if (md_store_find(supervisor->store, name, id, err) < 0 ||
	    md_store_load_state(supervisor->store, id, &state, err) < 0)
		return md_error_prefix(err, "join the namespaces of '%s'", name);
	*ret = state.process.pid;
	is_alive = state.process.pid != 0 && md_proc_is_alive(&state.process);
	md_state_fini(&state);
	if (!is_alive)
		return md_fail(err, MD_ERR_STATE, "join the namespaces of '%s': it is not running",
			       name);
	return 0;
}

struct md_spec_source md_supervisor_source(const struct md_supervisor *supervisor)
{
	return (struct md_spec_source){
		.id = supervisor->id,
		.request = &supervisor->record.request,
		.host = &supervisor->host,
	};
}
