/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/program.h"

#include "base/alloc.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A blob's place in the arena as an argument: offset below, length above. Text is a blob whose
 * length is not needed, because the arena keeps its NUL.
 */
#define PLACE(offset, length) ((int64_t)((uint64_t)(length) << 32 | (uint32_t)(offset)))
#define PLACE_OFFSET(place)   ((uint32_t)((uint64_t)(place)&0xffffffffU))
#define PLACE_LENGTH(place)   ((size_t)((uint64_t)(place) >> 32))

/* Blobs hold BPF instructions and ids: keep them aligned for direct use. */
#define ARENA_ALIGN 8

void md_program_init(struct md_program *program)
{
	*program = (struct md_program){
		.arena = md_xcalloc(1, ARENA_ALIGN),
		.arena_length = ARENA_ALIGN,
		.slot_count = MD_SLOT_FIRST_FREE,
	};
}

void md_program_fini(struct md_program *program)
{
	free(program->ops);
	free(program->calls);
	free(program->undo);
	free(program->arena);
	*program = (struct md_program){0};
}

/* Room for one more element, grown by doubling: `count` is a power of two exactly when full. */
static void *grow(void *array, size_t count, size_t size)
{
	if (count != 0 && (count & (count - 1)) != 0)
		return array;
	return md_xreallocarray(array, count == 0 ? 1 : 2 * count, size);
}

static uint32_t store_bytes(struct md_program *program, const void *bytes, size_t length)
{
	size_t offset = program->arena_length;
	size_t padded = (length + 1 + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;

	program->arena = md_xreallocarray(program->arena, 1, offset + padded);
	memset(program->arena + offset, 0, padded);
	if (length > 0)
		memcpy(program->arena + offset, bytes, length);
	program->arena_length = offset + padded;
	return (uint32_t)offset;
}

static uint32_t store_text(struct md_program *program, const char *text)
{
	return text && *text ? store_bytes(program, text, strlen(text)) : 0;
}

void md_program_op(struct md_program *program, enum md_op_kind kind, const char *detail)
{
	uint32_t detail_offset = store_text(program, detail);

	program->ops = grow(program->ops, program->op_count, sizeof(*program->ops));
	program->ops[program->op_count++] = (struct md_op){
		.kind = (uint16_t)kind,
		.side = (uint8_t)md_op_info(kind)->side,
		.first_call = (uint32_t)program->call_count,
		.detail = detail_offset,
	};
}

static struct md_op *current_op(struct md_program *program)
{
	assert(program->op_count > 0);
	return &program->ops[program->op_count - 1];
}

void md_program_side(struct md_program *program, enum md_side side)
{
	current_op(program)->side = (uint8_t)side;
}

void md_program_unmet(struct md_program *program, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (current_op(program)->unmet != 0)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	current_op(program)->unmet = store_text(program, text);
}

enum md_slot md_program_slot(struct md_program *program)
{
	if (program->slot_count < MD_SLOT_MAX)
		return (enum md_slot)program->slot_count++;
	md_program_unmet(program,
			 "it needs more than %d descriptors at once: have fewer volumes or layers",
			 MD_SLOT_MAX);
	return (enum md_slot)(MD_SLOT_MAX - 1);
}

static int64_t store_arg(struct md_program *program, const struct md_arg *arg)
{
	if (arg->form == MD_ARG_VALUE_INT)
		return arg->number;
	if (arg->form == MD_ARG_VALUE_TEXT)
		return PLACE(store_text(program, arg->bytes), arg->bytes ? strlen(arg->bytes) : 0);
	return PLACE(store_bytes(program, arg->bytes, arg->length), arg->length);
}

static struct md_call make_call(struct md_program *program, enum md_call_kind kind,
				const struct md_arg *args, size_t count)
{
	struct md_call call = {.kind = (uint16_t)kind, .out = MD_SLOT_NONE};

	assert(count == md_call_arg_count(kind));
	for (size_t i = 0; i < count; i++)
		call.args[i] = store_arg(program, &args[i]);
	return call;
}

struct md_call *md_program_emit(struct md_program *program, enum md_call_kind kind,
				enum md_slot out, const struct md_arg *args, size_t count)
{
	struct md_call call = make_call(program, kind, args, count);

	call.out = (int16_t)out;
	program->calls = grow(program->calls, program->call_count, sizeof(*program->calls));
	program->calls[program->call_count++] = call;
	current_op(program)->call_count++;
	return &program->calls[program->call_count - 1];
}

struct md_call *md_program_undo(struct md_program *program, enum md_call_kind kind,
				const struct md_arg *args, size_t count)
{
	struct md_call call = make_call(program, kind, args, count);

	program->undo = grow(program->undo, program->undo_count, sizeof(*program->undo));
	memmove(program->undo + 1, program->undo, program->undo_count * sizeof(*program->undo));
	program->undo_count++;
	program->undo[0] = call;
	return &program->undo[0];
}

const char *md_program_text(const struct md_program *program, uint32_t offset)
{
	assert(offset < program->arena_length);
	return program->arena + offset;
}

const char *md_call_text(const struct md_program *program, const struct md_call *call, int arg)
{
	return md_program_text(program, PLACE_OFFSET(call->args[arg]));
}

const void *md_call_bytes(const struct md_program *program, const struct md_call *call, int arg,
			  size_t *ret_length)
{
	*ret_length = PLACE_LENGTH(call->args[arg]);
	return md_program_text(program, PLACE_OFFSET(call->args[arg]));
}

static bool same_bytes(const void *a, const void *b, size_t length)
{
	return length == 0 || memcmp(a, b, length) == 0;
}

/* Every struct here is made of whole words with named padding, so comparing bytes is exact. */
bool md_program_equal(const struct md_program *a, const struct md_program *b)
{
	return a->op_count == b->op_count && a->call_count == b->call_count &&
	       a->undo_count == b->undo_count && a->arena_length == b->arena_length &&
	       same_bytes(a->ops, b->ops, a->op_count * sizeof(*a->ops)) &&
	       same_bytes(a->calls, b->calls, a->call_count * sizeof(*a->calls)) &&
	       same_bytes(a->undo, b->undo, a->undo_count * sizeof(*a->undo)) &&
	       same_bytes(a->arena, b->arena, a->arena_length);
}

size_t md_program_last_turn(const struct md_program *program)
{
	size_t i = 0;

	while (i < program->op_count && program->ops[i].kind != MD_OP_SECCOMP &&
	       program->ops[i].kind != MD_OP_EXEC)
		i++;
	return i;
}

void md_op_name(const struct md_program *program, const struct md_op *op, char *out, size_t size)
{
	const char *detail = md_program_text(program, op->detail);

	(void)snprintf(out, size, "%s%s%s", md_op_info((enum md_op_kind)op->kind)->name,
		       *detail ? ":" : "", detail);
}
