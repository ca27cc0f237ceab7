/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/seccomp_prologue.h"

#include <assert.h>
#include <linux/seccomp.h>
#include <string.h>

#define OFFSET_NUMBER 0
#define OFFSET_ARCH   4

/* Byte order of the two halves of an argument is that of the machine; ours are little-endian. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "lower half of an argument comes first");
#define OFFSET_ARG_LOW(n) (16 + 8 * (n))

/* Instructions are appended; jumps over a block are filled in when its length is known. */
struct writer {
	struct sock_filter *code;
	size_t length;
};

static size_t emit(struct writer *w, uint16_t code, uint32_t k)
{
	w->code[w->length] = (struct sock_filter){.code = code, .k = k};
	return w->length++;
}

/* From the false branch of the conditional jump at `at` to here. */
static void land_false(struct writer *w, size_t at)
{
	size_t distance = w->length - at - 1;

	assert(distance <= UINT8_MAX);
	w->code[at].jf = (uint8_t)distance;
}

static void land_always(struct writer *w, size_t at)
{
	w->code[at].k = (uint32_t)(w->length - at - 1);
}

static void emit_guard(struct writer *w, const struct md_seccomp_guard *guard)
{
	size_t misses[MD_SECCOMP_COMPARES_MAX], count = 0;
	size_t other_call = emit(w, BPF_JMP | BPF_JEQ | BPF_K, guard->number);

	for (size_t i = 0; i < MD_SECCOMP_COMPARES_MAX && guard->compares[i].mask; i++) {
		emit(w, BPF_LD | BPF_W | BPF_ABS, OFFSET_ARG_LOW(guard->compares[i].arg));
		if (guard->compares[i].mask != UINT32_MAX)
			emit(w, BPF_ALU | BPF_AND | BPF_K, guard->compares[i].mask);
		misses[count++] = emit(w, BPF_JMP | BPF_JEQ | BPF_K, guard->compares[i].value);
	}
	emit(w, BPF_RET | BPF_K, guard->action);
	for (size_t i = 0; i < count; i++)
		land_false(w, misses[i]);
	if (count)
		emit(w, BPF_LD | BPF_W | BPF_ABS, OFFSET_NUMBER);
	land_false(w, other_call);
}

/* Ascending: a number below the first one of a range belongs to none of those that follow. */
static void emit_ranges(struct writer *w, const struct md_seccomp_section *section)
{
	size_t below[MD_SECCOMP_RANGES_MAX];

	for (size_t i = 0; i < section->range_count; i++) {
		const struct md_seccomp_range *range = &section->ranges[i];
		size_t above;

		below[i] = emit(w, BPF_JMP | BPF_JGE | BPF_K, range->first);
		above = emit(w, BPF_JMP | BPF_JGT | BPF_K, range->last);
		w->code[above].jt = 1;
		emit(w, BPF_RET | BPF_K, range->action);
	}
	for (size_t i = 0; i < section->range_count; i++)
		land_false(w, below[i]);
}

size_t md_seccomp_prologue(const struct md_seccomp_section *sections, size_t count,
			   struct sock_filter *out)
{
	struct writer w = {.code = out};

	emit(&w, BPF_LD | BPF_W | BPF_ABS, OFFSET_ARCH);
	for (size_t s = 0; s < count; s++) {
		size_t other_arch = emit(&w, BPF_JMP | BPF_JEQ | BPF_K, sections[s].audit_arch);
		size_t leave;

		emit(&w, BPF_LD | BPF_W | BPF_ABS, OFFSET_NUMBER);
		for (size_t i = 0; i < sections[s].guard_count; i++)
			emit_guard(&w, &sections[s].guards[i]);
		emit_ranges(&w, &sections[s]);
		leave = emit(&w, BPF_JMP | BPF_JA, 0);
		land_false(&w, other_arch);
		/* Filled with an index for now: its target is the end, not yet known. */
		out[leave].k = UINT32_MAX;
	}
	for (size_t i = 0; i < w.length; i++) {
		if (out[i].code == (BPF_JMP | BPF_JA) && out[i].k == UINT32_MAX)
			land_always(&w, i);
	}
	return w.length;
}

static void insert(struct md_seccomp_section *section, size_t at, struct md_seccomp_range range)
{
	assert(section->range_count < MD_SECCOMP_RANGES_MAX);
	memmove(&section->ranges[at + 1], &section->ranges[at],
		(section->range_count - at) * sizeof(range));
	section->ranges[at] = range;
	section->range_count++;
}

static void join_with_next(struct md_seccomp_section *section, size_t at)
{
	struct md_seccomp_range *a = &section->ranges[at], *b = a + 1;

	if (at + 1 >= section->range_count || a->action != b->action || a->last + 1 != b->first)
		return;
	a->last = b->last;
	section->range_count--;
	memmove(b, b + 1, (section->range_count - at - 1) * sizeof(*b));
}

void md_seccomp_section_add(struct md_seccomp_section *section, struct md_seccomp_range range)
{
	size_t at = 0;

	while (at < section->range_count && section->ranges[at].first <= range.first)
		at++;
	if (at > 0 && section->ranges[at - 1].last >= range.first)
		return;
	insert(section, at, range);
	join_with_next(section, at);
	if (at > 0)
		join_with_next(section, at - 1);
}
