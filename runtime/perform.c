/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/perform.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* NUL-separated strings as an array that ends with NULL; the strings stay where they are. */
static char **string_array(const struct md_program *program, const struct md_call *call, int arg)
{
	size_t length = 0, count = 0;
	const char *bytes = md_call_bytes(program, call, arg, &length);
	char **array;

	for (size_t i = 0; i < length; i++)
		count += bytes[i] == '\0';
	array = md_xcalloc(count + 1, sizeof(*array));
	for (size_t i = 0, n = 0; i < length; i += strlen(bytes + i) + 1)
		array[n++] = (char *)bytes + i;
	return array;
}

void md_performer_init(struct md_performer *performer, const struct md_program *program)
{
	*performer = (struct md_performer){.program = program, .code = MD_ERR_SYSTEM};
	for (int i = 0; i < MD_SLOT_MAX; i++)
		performer->slots[i] = -1;
	for (size_t i = 0; i < program->call_count; i++) {
		const struct md_call *call = &program->calls[i];

		if (call->kind != MD_CALL_EXEC)
			continue;
		performer->argv = string_array(program, call, 0);
		performer->envp = string_array(program, call, 1);
	}
}

void md_performer_fini(struct md_performer *performer)
{
	for (int i = 0; i < MD_SLOT_MAX; i++)
		md_close_fd(&performer->slots[i]);
	free(performer->argv);
	free(performer->envp);
	performer->argv = performer->envp = NULL;
}

void md_performer_set(struct md_performer *performer, enum md_slot slot, int fd)
{
	assert(slot >= 0 && slot < MD_SLOT_MAX);
	md_close_fd(&performer->slots[slot]);
	performer->slots[slot] = fd;
	performer->is_fresh[slot] = fd >= 0;
}

static bool travels(int slot, enum md_side side)
{
	if (side == MD_SIDE_CHILD)
		return slot == MD_SLOT_CONSOLE;
	return slot != MD_SLOT_FS && slot != MD_SLOT_DIR && slot != MD_SLOT_TREE &&
	       slot != MD_SLOT_PIDFD;
}

void md_performer_take_fresh(struct md_performer *performer, enum md_side side,
			     struct md_hs_slots *ret)
{
	ret->count = 0;
	for (int i = 0; i < MD_SLOT_MAX; i++) {
		if (!performer->is_fresh[i])
			continue;
		performer->is_fresh[i] = false;
		if (!travels(i, side) || ret->count == MD_HS_SLOTS_MAX)
			continue;
		ret->slots[ret->count] = (int16_t)i;
		ret->fds[ret->count++] = performer->slots[i];
	}
}

void md_performer_put(struct md_performer *performer, const struct md_hs_slots *slots)
{
	for (uint32_t i = 0; i < slots->count; i++) {
		int16_t slot = slots->slots[i];

		if (slot < 0 || slot >= MD_SLOT_MAX) {
			(void)close(slots->fds[i]);
			continue;
		}
		md_performer_set(performer, (enum md_slot)slot, slots->fds[i]);
		performer->is_fresh[slot] = false;
	}
}

int md_performer_fd(const struct md_performer *performer, const struct md_call *call, int arg)
{
	int64_t slot = call->args[arg];

	if (slot == MD_SLOT_CWD)
		return AT_FDCWD;
	return slot >= 0 && slot < MD_SLOT_MAX ? performer->slots[slot] : -1;
}

const char *md_performer_text(const struct md_performer *performer, const struct md_call *call,
			      int arg)
{
	return md_call_text(performer->program, call, arg);
}

static md_perform_fn *find_performer(unsigned int kind)
{
	if (kind == MD_CALL_EXEC)
		return md_perform_exec;
	if (md_perform_file_table[kind])
		return md_perform_file_table[kind];
	if (md_perform_mount_table[kind])
		return md_perform_mount_table[kind];
	return md_perform_process_table[kind];
}

static bool is_tolerated(const struct md_call *call, int error)
{
	return error != 0 && (error == call->tolerated || error == call->tolerated2);
}

int md_perform_call(struct md_performer *performer, const struct md_call *call)
{
	md_perform_fn *fn = find_performer(call->kind);
	int result;

	if (!fn) {
		errno = ENOSYS;
		return -1;
	}
	result = fn(performer, call);
	if (result < 0)
		return is_tolerated(call, errno) ? 0 : -1;
	if (call->out != MD_SLOT_NONE)
		md_performer_set(performer, (enum md_slot)call->out, result);
	return 0;
}

int md_perform_op(struct md_performer *performer, const struct md_op *op, uint32_t *ret_call)
{
	for (uint32_t i = op->first_call; i < op->first_call + op->call_count; i++) {
		if (md_perform_call(performer, &performer->program->calls[i]) == 0)
			continue;
		*ret_call = i;
		return -1;
	}
	return 0;
}
