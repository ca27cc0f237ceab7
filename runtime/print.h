/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print.h - a program as text: the one printer behind plan (and every later view).
 */
#ifndef MD_RUNTIME_PRINT_H
#define MD_RUNTIME_PRINT_H

#include "base/str.h"
#include "runtime/program.h"

struct md_json;

/* One call as strace(1) would show it: mkdirat(4, "proc", 0755). Slots print as <name>. */
void md_print_call(const struct md_program *program, const struct md_call *call,
		   struct md_str *out);

/*
 * The whole program for a terminal of `columns` columns: per op its name, side, the reason in one
 * sentence, its calls, and whether this host can do it.
 */
void md_print_program(const struct md_program *program, unsigned int columns, struct md_str *out);

/* The same facts as JSON: {"ops": [...], "undo": [...]}. The caller frees it. */
struct md_json *md_print_program_json(const struct md_program *program);

#endif
