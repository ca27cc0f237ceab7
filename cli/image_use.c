/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/image_use.h"

#include "containers/lifecycle.h"

/* A container whose record cannot be read may use any image: then nothing can be said. */
static int add_image(struct md_engine *engine, const char *id, struct md_strv *ret,
		     struct md_error *err)
{
	MD_CLEANUP(md_record_fini) struct md_record record = {0};
	struct md_error why = MD_ERROR_INIT;

	if (md_store_load_record(engine->store, id, &record, &why) == 0) {
		if (record.image_id)
			md_strv_addf(ret, "%s %.12s", record.image_id, id);
		return 0;
	}
	if (why.code == MD_ERR_NOT_FOUND) /* removed since the list was made */
		return 0;
	*err = why;
	return md_error_prefix(err, "which image container %.12s uses", id);
}

int md_image_use_list(struct md_engine *engine, struct md_strv *ret, struct md_error *err)
{
	struct md_summary *list = NULL;
	size_t count = 0;
	int result = 0;

	if (md_store_list(engine->store, &list, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count && result == 0; i++)
		result = add_image(engine, list[i].id, ret, err);
	md_summaries_free(list, count);
	return result;
}
