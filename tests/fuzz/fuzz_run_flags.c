/* SPDX-License-Identifier: Apache-2.0 */
/* Whole command lines of run, a word per line. */
#include "tests/fuzz/fuzz.h"

#include "cli/options.h"
#include "cli/run_flags.h"

static const struct md_command command = {
	.name = "run",
	.operands = "IMAGE [COMMAND] [ARG...]",
	.shared_options = md_run_options,
	.max_operands = -1,
	.stops_at_operand = true,
};

static int read_words(const struct md_strv *words, struct md_run_flags *flags, struct md_error *err)
{
	MD_CLEANUP(md_invocation_fini) struct md_invocation in = {.command = &command};

	if (md_options_scan((int)words->count, words->items, &in, err) < 0)
		return -1;
	ALWAYS(in.operand_count <= (int)words->count);
	if (md_options_apply(&in, flags, err) < 0)
		return -1;
	return md_run_flags_finish(flags, &in, err);
}

FUZZ(data, size)
{
	md_auto_free char *text = fuzz_text(data, size);
	MD_CLEANUP(md_strv_fini) struct md_strv words = MD_STRV_INIT;
	struct md_error err = MD_ERROR_INIT;
	struct md_run_flags flags;

	/* Those name files that would be opened here. */
	if (strstr(text, "-file"))
		return 0;
	md_strv_split(&words, text, '\n');
	md_run_flags_init(&flags);
	if (fuzz_result(read_words(&words, &flags, &err), &err) == 0)
		(void)fuzz_result(md_run_request_check(&flags.request, &err), &err);
	md_run_flags_fini(&flags);
	return 0;
}
