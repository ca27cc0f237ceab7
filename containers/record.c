/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/store.h"

#include "base/alloc.h"
#include "containers/record_fields.h"

/* Readers refuse a higher one: rewriting a record of a later minidock would lose what it knows. */
#define RECORD_FORMAT 1

#define RECORD(kind, member, key) MD_FIELD(kind, struct md_record, member, key)

static const struct md_field record_fields[] = {
	RECORD(TEXT, id, "id"),
	RECORD(STRING, name, "name"),
	RECORD(TIME, created_ns, "created"),
	RECORD(STRING, image_id, "image_id"),
	RECORD(STRINGS, command, "command"),
	RECORD(STRING, version, "version"),
	MD_FIELDS_END,
};

void md_record_fini(struct md_record *record)
{
	md_fields_fini(record_fields, record);
	md_run_request_fini(&record->request);
	*record = (struct md_record){.request = record->request};
}

struct md_json *md_record_to_json(const struct md_record *record)
{
	static const struct md_record record_defaults;
	struct md_run_request request_defaults;
	struct md_json *json = md_json_object();
	struct md_json *request;

	md_run_request_init(&request_defaults);
	md_json_set_number(json, "format", RECORD_FORMAT);
	md_fields_write(json, record_fields, record, &record_defaults);
	request = md_json_set(json, "request", md_json_object());
	md_fields_write(request, md_request_fields, &record->request, &request_defaults);
	md_fields_write_arrays(request, md_request_arrays, &record->request);
	return json;
}

static int check_format(const struct md_json *json, struct md_error *err)
{
	int64_t format;

	if (md_json_need_number(json, "format", &format, err) < 0)
		return md_error_prefix(err, "record");
	if (format == RECORD_FORMAT)
		return 0;
	return md_fail(err, MD_ERR_UNSUPPORTED,
		       "record: format %lld is not that of this version (%d)", (long long)format,
		       RECORD_FORMAT);
}

static int read_request(const struct md_json *json, struct md_run_request *request,
			struct md_error *err)
{
	if (!json)
		return md_fail(err, MD_ERR_CORRUPT, "no 'request'");
	if (md_fields_read(json, md_request_fields, request, err) < 0)
		return -1;
	return md_fields_read_arrays(json, md_request_arrays, request, err);
}

static int read_record(const struct md_json *json, struct md_record *record, struct md_error *err)
{
	if (md_fields_read(json, record_fields, record, err) < 0 ||
	    read_request(md_json_get(json, "request"), &record->request, err) < 0)
		return md_error_prefix(err, "record");
	if (!md_id_is_valid(record->id))
		return md_fail(err, MD_ERR_CORRUPT, "record: 'id' is no container id");
	if (!record->name)
		return md_fail(err, MD_ERR_CORRUPT, "record: no 'name'");
	if (md_name_check(record->name, err) == 0)
		return 0;
	err->code = MD_ERR_CORRUPT;
	return md_error_prefix(err, "record: 'name'");
}

int md_record_from_json(const struct md_json *json, struct md_record *ret, struct md_error *err)
{
	struct md_record record = {.id = ""};

	if (check_format(json, err) < 0)
		return -1;
	md_run_request_init(&record.request);
	if (read_record(json, &record, err) < 0) {
		md_record_fini(&record);
		return -1;
	}
	*ret = record;
	return 0;
}
