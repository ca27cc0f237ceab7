/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every program must be, whatever container it starts on whatever host: 500 random specs.
 *
 * The two processes of a start are followed as runtime/launch.c lets them take turns, with the
 * descriptors that each of them has at that moment.
 */
#include "tests/unit/check.h"
#include "tests/unit/random_spec.h"

#include "base/cleanup.h"
#include "runtime/compile.h"
#include "runtime/handshake.h"
#include "runtime/print.h"

#define SPECS 500

/* A start or an exec of this container on this host. */
struct subject {
	const struct md_spec *spec;
	const struct md_host *host;
	bool is_exec;
};

static void compile(const struct subject *s, struct md_program *program)
{
	md_program_init(program);
	if (s->is_exec)
		md_compile_exec(s->spec, &s->spec->process, s->host, program);
	else
		md_compile_start(s->spec, s->host, program);
}

static bool is_possible(const struct md_program *program)
{
	for (size_t i = 0; i < program->op_count; i++)
		if (program->ops[i].unmet)
			return false;
	return true;
}

/* What both processes hold open. */
struct walk {
	bool has[2][MD_SLOT_MAX];   /* by enum md_side */
	bool is_tree[MD_SLOT_MAX];  /* of the child: a mount that hangs nowhere yet */
	bool is_fresh[MD_SLOT_MAX]; /* of the engine, since the child's last turn */
	bool has_child;
};

static void begin_walk(const struct subject *s, struct walk *w)
{
	*w = (struct walk){0};
	/* The caller's: pipes, and for exec the container. */
	for (int slot = MD_SLOT_STDIN; slot <= MD_SLOT_STDERR; slot++)
		w->has[MD_SIDE_ENGINE][slot] = !s->spec->process.has_terminal;
	w->has[MD_SIDE_ENGINE][MD_SLOT_TARGET] = true;
}

static bool is_slot(int64_t slot)
{
	return slot >= 0 && slot < MD_SLOT_MAX;
}

static bool is_clone(const struct md_call *call)
{
	return call->kind == MD_CALL_CLONE || call->kind == MD_CALL_CLONE_OLD;
}

static bool stays_at_home(int slot)
{
	return slot == MD_SLOT_FS || slot == MD_SLOT_DIR || slot == MD_SLOT_TREE ||
	       slot == MD_SLOT_PIDFD;
}

/* The engine hands over what it opened since the clone; the rest the child has inherited. */
static void take_turn(struct walk *w)
{
	int count = 0;

	for (int slot = 0; slot < MD_SLOT_MAX; slot++) {
		if (w->is_fresh[slot] && !stays_at_home(slot)) {
			w->has[MD_SIDE_CHILD][slot] = true;
			count++;
		}
		w->is_fresh[slot] = false;
	}
	CHECK(count <= MD_HS_SLOTS_MAX);
}

static bool can_read(const struct walk *w, const struct md_call *call, enum md_side side)
{
	const struct md_call_info *info = md_call_info((enum md_call_kind)call->kind);

	for (int i = 0; i < MD_CALL_ARGS_MAX && info->args[i] != MD_ARG_NONE; i++) {
		int64_t slot = call->args[i];

		if (info->args[i] == MD_ARG_SLOT && slot != MD_SLOT_CWD && slot != MD_SLOT_NONE &&
		    !(is_slot(slot) && w->has[side][slot]))
			return false;
	}
	return true;
}

static void complain(const struct md_program *program, const struct md_call *call)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;

	md_print_call(program, call, &text);
	printf("# nothing is in a slot of %s\n", md_str_get(&text));
}

static void note_write(struct walk *w, const struct md_call *call, enum md_side side)
{
	int slot = call->kind == MD_CALL_CLOSE ? (int)call->args[0] : call->out;

	if (call->kind == MD_CALL_CONSOLE)
		w->has[side][MD_SLOT_STDIN] = true;
	if (slot == MD_SLOT_NONE)
		return;
	CHECK(is_slot(slot));
	/* A call that may fail leaves nothing behind that a later one could need. */
	CHECK(call->out == MD_SLOT_NONE || !call->tolerated);
	w->has[side][slot] = call->kind != MD_CALL_CLOSE;
	if (side == MD_SIDE_ENGINE)
		w->is_fresh[slot] = call->kind != MD_CALL_CLOSE;
	w->is_tree[slot] = call->kind == MD_CALL_OPEN_TREE || call->kind == MD_CALL_FSMOUNT;
	if (side == MD_SIDE_CHILD && slot == MD_SLOT_CONSOLE)
		w->has[MD_SIDE_ENGINE][slot] = true;
}

static void clone_now(struct walk *w)
{
	CHECK(!w->has_child);
	w->has_child = true;
	memcpy(w->has[MD_SIDE_CHILD], w->has[MD_SIDE_ENGINE], sizeof(w->has[0]));
	w->has[MD_SIDE_ENGINE][MD_SLOT_PIDFD] = true;
	memset(w->is_fresh, 0, sizeof(w->is_fresh));
}

/* The scratch slots and the ones with a name serve to the end; close-on-exec closes them. */
static void check_trees_are_closed(const struct walk *w)
{
	for (int slot = MD_SLOT_FIRST_FREE; slot < MD_SLOT_MAX; slot++)
		CHECK(!w->is_tree[slot] || !w->has[MD_SIDE_CHILD][slot]);
}

static void check_descriptors(const struct subject *s, const struct md_program *program)
{
	struct walk w;

	begin_walk(s, &w);
	for (size_t i = 0; i < program->op_count; i++) {
		const struct md_op *op = &program->ops[i];

		CHECK(op->side == MD_SIDE_ENGINE || w.has_child);
		if (op->side == MD_SIDE_CHILD)
			take_turn(&w);
		for (uint32_t c = 0; c < op->call_count; c++) {
			const struct md_call *call = &program->calls[op->first_call + c];

			if (!can_read(&w, call, (enum md_side)op->side)) {
				complain(program, call);
				CHECK(!"a slot is read that nothing was put into");
			}
			if (is_clone(call))
				clone_now(&w);
			else
				note_write(&w, call, (enum md_side)op->side);
		}
	}
	CHECK(w.has_child);
	check_trees_are_closed(&w);
}

/* Each call belongs to one op, in order, and the last one is the only exec. */
static void check_shape(const struct md_program *program)
{
	uint32_t next = 0;

	for (size_t i = 0; i < program->op_count; i++) {
		CHECK(program->ops[i].first_call == next);
		next += program->ops[i].call_count;
	}
	CHECK(next == program->call_count);
	CHECK(program->ops[program->op_count - 1].kind == MD_OP_EXEC);
	for (size_t i = 0; i < program->call_count; i++)
		CHECK((program->calls[i].kind == MD_CALL_EXEC) == (i + 1 == program->call_count));
}

/* Where an op stands in enum md_op_kind, or its other place; see there. */
static unsigned int place_of(const struct md_spec *spec, const struct md_op *op)
{
	switch ((int)op->kind) {
	case MD_OP_OVERLAY_ROOT:
		return spec->user_ns == MD_NS_PRIVATE ? MD_OP_IDMAPPED_ROOT : op->kind;
	case MD_OP_TMPFS:
	case MD_OP_ETC_FILE:
		return MD_OP_VOLUME;
	case MD_OP_USER: /* between two steps of the capabilities */
		return MD_OP_CAPABILITIES;
	case MD_OP_LANDLOCK:
	case MD_OP_SECCOMP:
		return spec->process.no_new_privs ? op->kind : MD_OP_CAPABILITIES;
	default:
		return op->kind;
	}
}

static void check_order(const struct md_spec *spec, const struct md_program *program)
{
	for (size_t i = 1; i < program->op_count; i++)
		CHECK(place_of(spec, &program->ops[i - 1]) <= place_of(spec, &program->ops[i]));
}

static bool undoes(const struct md_program *program, const char *group)
{
	for (size_t i = 0; i < program->undo_count; i++)
		if (program->undo[i].kind == MD_CALL_CGROUP_REMOVE &&
		    strcmp(md_call_text(program, &program->undo[i], 0), group) == 0)
			return true;
	return false;
}

/* A group with processes cannot be removed, so they are killed first. */
static void check_undo(const struct subject *s, const struct md_program *program)
{
	size_t made = 0;

	for (size_t i = 0; i < program->call_count; i++) {
		const struct md_call *call = &program->calls[i];
		const char *path =
			call->kind == MD_CALL_MKDIRAT ? md_call_text(program, call, 1) : "";

		if (call->args[0] != MD_SLOT_CWD || !md_str_ends(path, s->spec->id))
			continue;
		made++;
		CHECK(undoes(program, path));
	}
	CHECK((made > 0) == (!s->is_exec && s->host->cgroup_kind != MD_CGROUP_NONE));
	CHECK(program->undo_count == (made ? made + 1 : 0));
	CHECK(!made || program->undo[0].kind == MD_CALL_CGROUP_KILL);
}

static void check_print(const struct md_program *program)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;

	for (size_t i = 0; i < program->call_count; i++) {
		md_str_clear(&text);
		md_print_call(program, &program->calls[i], &text);
		CHECK(text.length > 0 && !strchr(md_str_get(&text), '\n'));
	}
	md_str_clear(&text);
	md_print_program(program, 80, &text);
	for (size_t i = 0; i < program->op_count; i++) {
		char name[256];

		md_op_name(program, &program->ops[i], name, sizeof(name));
		CHECK(*name && strstr(md_str_get(&text), name));
	}
}

/* True if this host could perform it. */
static bool check_program(const struct subject *s)
{
	struct md_program program, again;
	bool is_possible_here;

	compile(s, &program);
	compile(s, &again);
	CHECK(md_program_equal(&program, &again));
	is_possible_here = is_possible(&program);
	check_shape(&program);
	check_undo(s, &program);
	check_print(&program);
	if (!s->is_exec)
		check_order(s->spec, &program);
	if (is_possible_here)
		check_descriptors(s, &program);
	md_program_fini(&program);
	md_program_fini(&again);
	return is_possible_here;
}

static void every_program_is_whole(void)
{
	uint64_t random = 2024;
	int starts = 0, execs = 0;

	for (int i = 0; i < SPECS; i++) {
		struct md_error err = MD_ERROR_INIT;
		struct md_host host = random_host(&random);
		bool had_failed = check_this_failed;
		struct md_spec spec;

		random_spec(&random, &spec);
		CHECK(md_spec_check(&spec, &err) == 0);
		starts += check_program(&(struct subject){&spec, &host, false});
		execs += check_program(&(struct subject){&spec, &host, true});
		if (check_this_failed && !had_failed)
			printf("# spec number %d\n", i);
		md_spec_fini(&spec);
	}
	/* A program that cannot work is not followed, so most must be able to. */
	printf("# %d starts and %d execs of %d followed\n", starts, execs, SPECS);
	CHECK(starts > SPECS / 4 && execs > SPECS / 2);
}

int main(void)
{
	RUN(every_program_is_whole);
	return DONE();
}
