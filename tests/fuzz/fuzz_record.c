/* SPDX-License-Identifier: Apache-2.0 */
/* record.json and state.json: damaged ones are refused, good ones come out as they went in. */
#include "tests/fuzz/fuzz.h"

#include "base/json.h"
#include "containers/state.h"
#include "containers/store.h"

static char *write_record(const struct md_record *record)
{
	md_auto_json struct md_json *json = md_record_to_json(record);

	return md_json_compact(json);
}

static char *write_state(const struct md_state *state)
{
	md_auto_json struct md_json *json = md_state_to_json(state);

	return md_json_compact(json);
}

static struct md_json *parse(const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_json *json = md_json_parse(text, strlen(text), &err);

	ALWAYS(json);
	return json;
}

static void check_record(const struct md_json *json)
{
	struct md_record first = {0};
	struct md_record second = {0};
	struct md_error err = MD_ERROR_INIT;
	md_auto_free char *text = NULL;
	md_auto_free char *again = NULL;
	md_auto_json struct md_json *copy = NULL;

	if (fuzz_result(md_record_from_json(json, &first, &err), &err) < 0)
		return;
	text = write_record(&first);
	copy = parse(text);
	ALWAYS(md_record_from_json(copy, &second, &err) == 0);
	again = write_record(&second);
	ALWAYS(strcmp(text, again) == 0);
	(void)fuzz_result(md_run_request_check(&first.request, &err), &err);
	md_record_fini(&first);
	md_record_fini(&second);
}

static void check_state(const struct md_json *json)
{
	MD_CLEANUP(md_str_fini) struct md_str words = MD_STR_INIT;
	struct md_state first;
	struct md_state second;
	struct md_error err = MD_ERROR_INIT;
	md_auto_free char *text = NULL;
	md_auto_free char *again = NULL;
	md_auto_json struct md_json *copy = NULL;

	md_state_init(&first);
	md_state_init(&second);
	if (fuzz_result(md_state_from_json(json, &first, &err), &err) < 0)
		return;
	text = write_state(&first);
	copy = parse(text);
	ALWAYS(md_state_from_json(copy, &second, &err) == 0);
	again = write_state(&second);
	ALWAYS(strcmp(text, again) == 0);
	md_state_describe(&first, INT64_C(1700000000000000000), &words);
	md_state_fini(&first);
	md_state_fini(&second);
}

FUZZ(data, size)
{
	struct md_error err = MD_ERROR_INIT;
	md_auto_json struct md_json *json = md_json_parse((const char *)data, size, &err);

	if (!json)
		return 0;
	check_record(json);
	check_state(json);
	return 0;
}
