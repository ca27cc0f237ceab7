/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_create.h - what run and create have in common: flags in, container out.
 */
#ifndef MD_CLI_RUN_CREATE_H
#define MD_CLI_RUN_CREATE_H

#include "cli/run_flags.h"
#include "containers/lifecycle.h"

/* Create the container of `request` and write its --cidfile. */
int md_run_create(struct md_engine *engine, const struct md_run_request *request,
		  char ret_id[MD_ID_LENGTH + 1], struct md_error *err);

/* Print the program that `flags` compile to, as `plan` does. Changes nothing, needs no root. */
int md_run_print_plan(const struct md_invocation *in, const struct md_run_flags *flags,
		      struct md_error *err);

#endif
