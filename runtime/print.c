/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/print.h"

#include "base/cleanup.h"
#include "base/json.h"
#include "runtime/caps.h"
#include "runtime/print_flags.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <sys/sysmacros.h>

#define TEXT_SHOWN_MAX 200

static const char *slot_name(int64_t slot)
{
	static const char *const names[] = {
		[MD_SLOT_STDIN] = "stdin",
		[MD_SLOT_STDOUT] = "stdout",
		[MD_SLOT_STDERR] = "stderr",
		[MD_SLOT_CONSOLE] = "console",
		[MD_SLOT_PIDFD] = "pidfd",
		[MD_SLOT_CGROUP] = "cgroup",
		[MD_SLOT_ROOT] = "root",
		[MD_SLOT_INIT] = "init",
		[MD_SLOT_USER_NS] = "user-ns",
		[MD_SLOT_FS] = "fs",
		[MD_SLOT_TREE] = "mount",
		[MD_SLOT_DIR] = "target",
		[MD_SLOT_DEV] = "dev",
		[MD_SLOT_NULL_DEVICE] = "null",
		[MD_SLOT_EMPTY_DIR] = "empty",
		[MD_SLOT_TARGET] = "container",
		[MD_SLOT_SELF_NS] = "own-pid-ns",
	};

	return slot >= 0 && slot < MD_SLOT_FIRST_FREE ? names[slot] : NULL;
}

/* Descriptors have no number before the program runs, so they print as their slot's name. */
static void print_slot(int64_t slot, struct md_str *out)
{
	if (slot == MD_SLOT_CWD)
		md_str_add(out, "AT_FDCWD");
	else if (slot == MD_SLOT_NONE)
		md_str_add(out, "-1");
	else if (slot_name(slot))
		md_str_addf(out, "<%s>", slot_name(slot));
	else
		md_str_addf(out, "<fd%d>", (int)(slot - MD_SLOT_FIRST_FREE));
}

static void print_quoted(const char *bytes, size_t length, struct md_str *out)
{
	md_str_addc(out, '"');
	for (size_t i = 0; i < length && i < TEXT_SHOWN_MAX; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '\n')
			md_str_add(out, "\\n");
		else if (c == '"' || c == '\\')
			md_str_addf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			md_str_addf(out, "\\%03o", c);
		else
			md_str_addc(out, (char)c);
	}
	md_str_add(out, length > TEXT_SHOWN_MAX ? "\"..." : "\"");
}

static void print_strings(const char *bytes, size_t length, struct md_str *out)
{
	const char *separator = "";

	md_str_addc(out, '[');
	for (size_t i = 0; i < length; i += strlen(bytes + i) + 1) {
		md_str_add(out, separator);
		print_quoted(bytes + i, strlen(bytes + i), out);
		separator = ", ";
	}
	md_str_addc(out, ']');
}

static void print_ids(const uint32_t *ids, size_t count, struct md_str *out)
{
	md_str_addf(out, "%zu, [", count);
	for (size_t i = 0; i < count; i++)
		md_str_addf(out, "%s%u", i ? ", " : "", ids[i]);
	md_str_addc(out, ']');
}

static void print_caps(uint64_t set, struct md_str *out)
{
	const char *separator = "";

	if (set == 0) {
		md_str_addc(out, '0');
		return;
	}
	for (int cap = 0; cap < 64; cap++) {
		if (!(set & (1ULL << cap)))
			continue;
		md_str_addf(out, "%s%s", separator, md_cap_name(cap));
		separator = "|";
	}
}

static void print_bytes(const struct md_program *program, const struct md_call *call, int arg,
			enum md_arg_type type, struct md_str *out)
{
	size_t length = 0;
	const void *bytes = md_call_bytes(program, call, arg, &length);

	if (type == MD_ARG_BPF || type == MD_ARG_EBPF)
		md_str_addf(out, "{%zu instructions}", length / 8);
	else if (type == MD_ARG_IDS)
		print_ids(bytes, length / sizeof(uint32_t), out);
	else if (type == MD_ARG_STRINGS)
		print_strings(bytes, length, out);
	else
		print_quoted(bytes, length, out);
}

static void print_argument(const struct md_program *program, const struct md_call *call, int arg,
			   struct md_str *out)
{
	enum md_arg_type type = md_call_info((enum md_call_kind)call->kind)->args[arg];
	int64_t value = call->args[arg];

	switch (type) {
	case MD_ARG_SLOT:
		print_slot(value, out);
		return;
	case MD_ARG_MODE:
		md_str_addf(out, "%#" PRIo64, (uint64_t)value);
		return;
	case MD_ARG_U64:
		md_str_addf(out, "%" PRIu64, (uint64_t)value);
		return;
	case MD_ARG_DEVICE:
		md_str_addf(out, "makedev(%u, %u)", major((dev_t)value), minor((dev_t)value));
		return;
	case MD_ARG_CAP:
		md_str_add(out, md_cap_name((int)value));
		return;
	case MD_ARG_CAPS:
		print_caps((uint64_t)value, out);
		return;
	case MD_ARG_TEXT:
	case MD_ARG_DATA:
	case MD_ARG_BPF:
	case MD_ARG_EBPF:
	case MD_ARG_IDS:
	case MD_ARG_STRINGS:
		print_bytes(program, call, arg, type, out);
		return;
	case MD_ARG_NONE:
	case MD_ARG_INT:
	case MD_ARG_OPEN_FLAGS:
	case MD_ARG_CLONE_FLAGS:
	case MD_ARG_MS_FLAGS:
	case MD_ARG_ATTR_FLAGS:
	case MD_ARG_TREE_FLAGS:
	case MD_ARG_UMOUNT_FLAGS:
	case MD_ARG_RLIMIT:
	case MD_ARG_PROPAGATION:
	case MD_ARG_PRCTL:
		md_print_flags(type, (uint64_t)value, out);
		return;
	}
}

void md_print_call(const struct md_program *program, const struct md_call *call, struct md_str *out)
{
	enum md_call_kind kind = (enum md_call_kind)call->kind;

	md_str_addf(out, "%s(", md_call_info(kind)->name);
	for (unsigned int i = 0; i < md_call_arg_count(kind); i++) {
		md_str_add(out, i ? ", " : "");
		print_argument(program, call, (int)i, out);
	}
	md_str_addc(out, ')');
	if (call->out != MD_SLOT_NONE) {
		md_str_add(out, " = ");
		print_slot(call->out, out);
	}
}

/* Words of `text` in lines of at most `columns`: the first behind `indent`, the rest below it. */
static void print_wrapped(const char *text, const char *indent, unsigned int columns,
			  struct md_str *out)
{
	size_t width = columns > strlen(indent) + 20 ? columns - strlen(indent) : 20;
	bool is_first = true;

	while (*text) {
		size_t take = strlen(text);

		if (take > width) {
			take = width;
			while (take > 0 && text[take] != ' ')
				take--;
			if (take == 0)
				take = strcspn(text, " ");
		}
		if (is_first)
			md_str_add(out, indent);
		else
			md_str_addf(out, "%*s", (int)strlen(indent), "");
		md_str_add_bytes(out, text, take);
		md_str_addc(out, '\n');
		is_first = false;
		text += take;
		while (*text == ' ')
			text++;
	}
}

static const char *side_name(const struct md_op *op)
{
	return op->side == MD_SIDE_ENGINE ? "engine" : "container";
}

static void print_op(const struct md_program *program, size_t index, unsigned int columns,
		     struct md_str *out)
{
	const struct md_op *op = &program->ops[index];
	const struct md_op_info *info = md_op_info((enum md_op_kind)op->kind);
	char name[256];

	md_op_name(program, op, name, sizeof(name));
	md_str_addf(out, "%2zu  %s  [%s]%s\n", index + 1, name, side_name(op),
		    op->unmet ? "  NOT POSSIBLE HERE" : "");
	print_wrapped(info->why, "      ", columns, out);
	if (op->unmet)
		print_wrapped(md_program_text(program, op->unmet), "    ! ", columns, out);
	for (uint32_t i = 0; i < op->call_count; i++) {
		MD_CLEANUP(md_str_fini) struct md_str call = MD_STR_INIT;

		md_print_call(program, &program->calls[op->first_call + i], &call);
		print_wrapped(md_str_get(&call), "      $ ", columns, out);
	}
}

void md_print_program(const struct md_program *program, unsigned int columns, struct md_str *out)
{
	for (size_t i = 0; i < program->op_count; i++)
		print_op(program, i, columns, out);
	if (program->undo_count > 0)
		md_str_add(out, "\nundone at the end, whatever happens:\n");
	for (size_t i = 0; i < program->undo_count; i++) {
		MD_CLEANUP(md_str_fini) struct md_str call = MD_STR_INIT;

		md_print_call(program, &program->undo[i], &call);
		print_wrapped(md_str_get(&call), "      $ ", columns, out);
	}
}

static struct md_json *calls_to_json(const struct md_program *program, const struct md_call *calls,
				     size_t count)
{
	struct md_json *array = md_json_array();

	for (size_t i = 0; i < count; i++) {
		MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;

		md_print_call(program, &calls[i], &text);
		(void)md_json_append(array, md_json_string(md_str_get(&text)));
	}
	return array;
}

static struct md_json *op_to_json(const struct md_program *program, const struct md_op *op)
{
	const struct md_op_info *info = md_op_info((enum md_op_kind)op->kind);
	struct md_json *object = md_json_object();
	char name[256];

	md_op_name(program, op, name, sizeof(name));
	md_json_set_string(object, "op", name);
	md_json_set_string(object, "side", side_name(op));
	md_json_set_string(object, "why", info->why);
	md_json_set_string(object, "manual", info->manual);
	md_json_set_bool(object, "possible", op->unmet == 0);
	if (op->unmet)
		md_json_set_string(object, "unmet", md_program_text(program, op->unmet));
	(void)md_json_set(object, "calls",
			  calls_to_json(program, program->calls + op->first_call, op->call_count));
	return object;
}

struct md_json *md_print_program_json(const struct md_program *program)
{
	struct md_json *object = md_json_object();
	struct md_json *ops = md_json_set(object, "ops", md_json_array());

	for (size_t i = 0; i < program->op_count; i++)
		(void)md_json_append(ops, op_to_json(program, &program->ops[i]));
	(void)md_json_set(object, "undo",
			  calls_to_json(program, program->undo, program->undo_count));
	return object;
}
