/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile_fixture.h - some topics of the compiler run on a host, and what they made as text.
 *
 *	new_spec();
 *	COMPILE(sample_host_v2(), md_compile_cgroup_create, md_compile_cgroup_join);
 *	CHECK(has_line("#cgroup-create\n"));
 */
#ifndef MD_TESTS_COMPILE_FIXTURE_H
#define MD_TESTS_COMPILE_FIXTURE_H

#include "runtime/compile.h"
#include "runtime/print.h"

#include <errno.h>
#include <string.h>

static struct md_spec spec;
static struct md_device_rule rules[] = {
	{false, 'a', MD_DEVICE_ANY, MD_DEVICE_ANY, true, true, true},
	{true, 'c', 1, 3, true, true, true},
};
static struct md_program program;
static struct md_str text = MD_STR_INIT;

static inline void new_spec(void)
{
	spec = (struct md_spec){.id = (char *)"ID", .cgroup_parent = (char *)"eng"};
	spec.user_ns = MD_NS_HOST;
	spec.device_rules = rules;
	spec.device_rule_count = 2;
}

/* "#op" and the sentence of what cannot work, then its calls, one a line. */
static inline void print_all(void)
{
	md_str_clear(&text);
	for (size_t i = 0; i < program.op_count; i++) {
		const struct md_op *op = &program.ops[i];
		char name[256];

		md_op_name(&program, op, name, sizeof(name));
		md_str_addf(&text, "#%s\n", name);
		if (op->unmet)
			md_str_addf(&text, "!%s\n", md_program_text(&program, op->unmet));
		for (uint32_t c = 0; c < op->call_count; c++) {
			md_print_call(&program, &program.calls[op->first_call + c], &text);
			md_str_addc(&text, '\n');
		}
	}
	for (size_t i = 0; i < program.undo_count; i++) {
		md_str_add(&text, "~");
		md_print_call(&program, &program.undo[i], &text);
		md_str_addc(&text, '\n');
	}
}

typedef void topic(const struct md_spec *spec, const struct md_host *host,
		   struct md_program *program);

static inline const char *compile(struct md_host host, topic *const *topics)
{
	md_program_fini(&program);
	md_program_init(&program);
	for (; *topics; topics++)
		(*topics)(&spec, &host, &program);
	print_all();
	return md_str_get(&text);
}

#define COMPILE(host, ...) compile(host, (topic *const[]){__VA_ARGS__, NULL})

static inline bool has_line(const char *line)
{
	const char *found = strstr(md_str_get(&text), line);

	return found && (found == md_str_get(&text) || found[-1] == '\n');
}

static inline bool is_before(const char *a, const char *b)
{
	const char *first = strstr(md_str_get(&text), a), *second = strstr(md_str_get(&text), b);

	return first && second && first < second;
}

static inline void end_compile(void)
{
	md_program_fini(&program);
	md_str_fini(&text);
}

#endif
