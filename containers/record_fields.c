/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/record_fields.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Doubles hold every integer up to here (base/json.h). */
#define MAX_PLAIN_NUMBER ((int64_t)1 << 53)

static const void *at(const void *value, const struct md_field *field)
{
	return (const char *)value + field->offset;
}

static void *at_mut(void *value, const struct md_field *field)
{
	return (char *)value + field->offset;
}

/* The integer member as 64 bits; a signed one is sign-extended. */
static int64_t load_int(const struct md_field *field, const void *member)
{
	switch (field->size) {
	case 2:
		return *(const uint16_t *)member;
	case 4:
		return field->is_signed ? (int64_t) * (const int32_t *)member
					: (int64_t) * (const uint32_t *)member;
	default:
		return *(const int64_t *)member;
	}
}

static void store_int(const struct md_field *field, void *member, uint64_t bits)
{
	switch (field->size) {
	case 2:
		*(uint16_t *)member = (uint16_t)bits;
		break;
	case 4:
		*(uint32_t *)member = (uint32_t)bits;
		break;
	default:
		*(uint64_t *)member = bits;
		break;
	}
}

static struct md_json *int_to_json(const struct md_field *field, const void *member)
{
	int64_t n = load_int(field, member);
	bool is_plain = n <= MAX_PLAIN_NUMBER && n >= (field->is_signed ? -MAX_PLAIN_NUMBER : 0);
	char text[24];

	if (is_plain)
		return md_json_number(n);
	if (field->is_signed)
		(void)snprintf(text, sizeof(text), "%" PRId64, n);
	else
		(void)snprintf(text, sizeof(text), "%" PRIu64, (uint64_t)n);
	return md_json_string(text);
}

static struct md_json *time_to_json(int64_t wall_ns)
{
	char text[MD_TIME_TEXT_MAX];

	md_time_format(wall_ns, text);
	return md_json_string(text);
}

static bool is_default(const struct md_field *field, const void *member, const void *otherwise)
{
	if (field->kind == MD_FIELD_STRING)
		return *(char *const *)member == NULL;
	if (field->kind == MD_FIELD_TEXT)
		return *(const char *)member == '\0';
	if (field->kind == MD_FIELD_STRINGS)
		return ((const struct md_strv *)member)->count == 0;
	return memcmp(member, otherwise, field->size) == 0;
}

static struct md_json *to_json(const struct md_field *field, const void *member)
{
	switch (field->kind) {
	case MD_FIELD_STRING:
		return md_json_string(*(char *const *)member);
	case MD_FIELD_STRINGS:
		return md_json_strings(member);
	case MD_FIELD_BOOL:
		return md_json_bool(*(const bool *)member);
	case MD_FIELD_ENUM:
		return md_json_string(field->names[load_int(field, member)]);
	case MD_FIELD_TEXT:
		return md_json_string(member);
	case MD_FIELD_TIME:
		return time_to_json(*(const int64_t *)member);
	case MD_FIELD_INT:
		break;
	}
	return int_to_json(field, member);
}

void md_fields_write(struct md_json *object, const struct md_field *fields, const void *value,
		     const void *defaults)
{
	for (const struct md_field *f = fields; f->key; f++)
		if (!is_default(f, at(value, f), at(defaults, f)))
			(void)md_json_set(object, f->key, to_json(f, at(value, f)));
}

static int wrong(const char *key, const char *wanted, struct md_error *err)
{
	return md_fail(err, MD_ERR_CORRUPT, "'%s' is not %s", key, wanted);
}

static int read_string(const struct md_json *json, const struct md_field *field, char **member,
		       struct md_error *err)
{
	const char *text = md_json_as_string(json, NULL);

	if (!text)
		return wrong(field->key, "a string", err);
	free(*member);
	*member = md_xstrdup(text);
	return 0;
}

static int read_strings(const struct md_json *json, const struct md_field *field,
			struct md_strv *member, struct md_error *err)
{
	if (md_json_type(json) != MD_JSON_ARRAY)
		return wrong(field->key, "a list of strings", err);
	for (const struct md_json *c = md_json_first(json); c; c = md_json_next(c)) {
		const char *text = md_json_as_string(c, NULL);

		if (!text)
			return wrong(field->key, "a list of strings", err);
		md_strv_add(member, text);
	}
	return 0;
}

static int read_bool(const struct md_json *json, const struct md_field *field, bool *member,
		     struct md_error *err)
{
	if (md_json_type(json) != MD_JSON_BOOL)
		return wrong(field->key, "true or false", err);
	*member = md_json_as_bool(json, false);
	return 0;
}

/* The range of a member of this size: *ret_min as signed, *ret_max as unsigned bits. */
static void int_range(const struct md_field *field, int64_t *ret_min, uint64_t *ret_max)
{
	unsigned int bits = (unsigned int)(8 * field->size);

	if (!field->is_signed) {
		*ret_min = 0;
		*ret_max = UINT64_MAX >> (64 - bits);
		return;
	}
	*ret_max = UINT64_MAX >> (65 - bits);
	*ret_min = -(int64_t)*ret_max - 1;
}

static int read_int_text(const struct md_json *json, const struct md_field *field, uint64_t *ret,
			 struct md_error *err)
{
	const char *text = md_json_as_string(json, "");
	uint64_t max;
	int64_t min, n;

	int_range(field, &min, &max);
	if (!field->is_signed)
		return md_parse_u64(text, 0, max, ret, err);
	if (md_parse_i64(text, min, (int64_t)max, &n, err) < 0)
		return -1;
	*ret = (uint64_t)n;
	return 0;
}

static int read_int(const struct md_json *json, const struct md_field *field, void *member,
		    struct md_error *err)
{
	uint64_t bits, max;
	int64_t min, n;

	if (md_json_type(json) == MD_JSON_STRING) {
		if (read_int_text(json, field, &bits, err) < 0) {
			err->code = MD_ERR_CORRUPT;
			return md_error_prefix(err, "'%s'", field->key);
		}
		store_int(field, member, bits);
		return 0;
	}
	if (md_json_type(json) != MD_JSON_NUMBER)
		return wrong(field->key, "a number", err);
	int_range(field, &min, &max);
	n = md_json_as_number(json, INT64_MIN);
	if (n < -MAX_PLAIN_NUMBER || n > MAX_PLAIN_NUMBER || n < min ||
	    (n > 0 && (uint64_t)n > max))
		return wrong(field->key, "a number in its range", err);
	store_int(field, member, (uint64_t)n);
	return 0;
}

static int read_enum(const struct md_json *json, const struct md_field *field, void *member,
		     struct md_error *err)
{
	const char *text = md_json_as_string(json, "");

	for (uint64_t i = 0; field->names[i]; i++) {
		if (strcmp(field->names[i], text) != 0)
			continue;
		store_int(field, member, i);
		return 0;
	}
	return wrong(field->key, "a known word", err);
}

static int read_text(const struct md_json *json, const struct md_field *field, char *member,
		     struct md_error *err)
{
	const char *text = md_json_as_string(json, NULL);

	if (!text || strlen(text) >= field->size)
		return wrong(field->key, "a short string", err);
	memcpy(member, text, strlen(text) + 1);
	return 0;
}

static int read_time(const struct md_json *json, const struct md_field *field, int64_t *member,
		     struct md_error *err)
{
	if (md_time_parse(md_json_as_string(json, ""), member, err) == 0)
		return 0;
	err->code = MD_ERR_CORRUPT;
	return md_error_prefix(err, "'%s'", field->key);
}

static int from_json(const struct md_json *json, const struct md_field *field, void *member,
		     struct md_error *err)
{
	switch (field->kind) {
	case MD_FIELD_STRING:
		return read_string(json, field, member, err);
	case MD_FIELD_STRINGS:
		return read_strings(json, field, member, err);
	case MD_FIELD_BOOL:
		return read_bool(json, field, member, err);
	case MD_FIELD_ENUM:
		return read_enum(json, field, member, err);
	case MD_FIELD_TEXT:
		return read_text(json, field, member, err);
	case MD_FIELD_TIME:
		return read_time(json, field, member, err);
	case MD_FIELD_INT:
		break;
	}
	return read_int(json, field, member, err);
}

int md_fields_read(const struct md_json *object, const struct md_field *fields, void *value,
		   struct md_error *err)
{
	if (md_json_type(object) != MD_JSON_OBJECT)
		return md_fail(err, MD_ERR_CORRUPT, "not an object");
	for (const struct md_field *f = fields; f->key; f++) {
		const struct md_json *json = md_json_get(object, f->key);

		if (json && from_json(json, f, at_mut(value, f), err) < 0)
			return -1;
	}
	return 0;
}

static void **items_of(const struct md_field_array *array, const void *value)
{
	return (void **)((char *)value + array->items_offset);
}

static size_t *count_of(const struct md_field_array *array, const void *value)
{
	return (size_t *)((char *)value + array->count_offset);
}

static char *item_at(const struct md_field_array *array, const void *value, size_t i)
{
	return (char *)*items_of(array, value) + i * array->item_size;
}

static void write_array(struct md_json *object, const struct md_field_array *array,
			const void *value)
{
	struct md_json *list;

	if (*count_of(array, value) == 0)
		return;
	list = md_json_set(object, array->key, md_json_array());
	for (size_t i = 0; i < *count_of(array, value); i++)
		md_fields_write(md_json_append(list, md_json_object()), array->fields,
				item_at(array, value, i), array->defaults);
}

void md_fields_write_arrays(struct md_json *object, const struct md_field_array *arrays,
			    const void *value)
{
	for (const struct md_field_array *a = arrays; a->key; a++)
		write_array(object, a, value);
}

static int read_array(const struct md_json *list, const struct md_field_array *array, void *value,
		      struct md_error *err)
{
	void **items = items_of(array, value);
	size_t *count = count_of(array, value);

	if (md_json_type(list) != MD_JSON_ARRAY)
		return wrong(array->key, "a list", err);
	for (const struct md_json *c = md_json_first(list); c; c = md_json_next(c)) {
		*items = md_xreallocarray(*items, *count + 1, array->item_size);
		memcpy(item_at(array, value, *count), array->defaults, array->item_size);
		(*count)++;
		if (md_fields_read(c, array->fields, item_at(array, value, *count - 1), err) < 0)
			return md_error_prefix(err, "'%s' %zu", array->key, *count - 1);
	}
	return 0;
}

int md_fields_read_arrays(const struct md_json *object, const struct md_field_array *arrays,
			  void *value, struct md_error *err)
{
	for (const struct md_field_array *a = arrays; a->key; a++) {
		const struct md_json *list = md_json_get(object, a->key);

		if (list && read_array(list, a, value, err) < 0)
			return -1;
	}
	return 0;
}

void md_fields_fini(const struct md_field *fields, void *value)
{
	for (const struct md_field *f = fields; f->key; f++) {
		if (f->kind == MD_FIELD_STRING)
			free(*(char **)at_mut(value, f));
		else if (f->kind == MD_FIELD_STRINGS)
			md_strv_fini(at_mut(value, f));
	}
}

void md_fields_fini_arrays(const struct md_field_array *arrays, void *value)
{
	for (const struct md_field_array *a = arrays; a->key; a++) {
		for (size_t i = 0; i < *count_of(a, value); i++)
			md_fields_fini(a->fields, item_at(a, value, i));
		free(*items_of(a, value));
	}
}

static void own_strings(struct md_strv *strings)
{
	struct md_strv own = MD_STRV_INIT;

	md_strv_copy(&own, strings);
	*strings = own;
}

void md_fields_own(const struct md_field *fields, void *to)
{
	for (const struct md_field *f = fields; f->key; f++) {
		char **text = at_mut(to, f);

		if (f->kind == MD_FIELD_STRING)
			*text = md_xstrdup_or_null(*text);
		else if (f->kind == MD_FIELD_STRINGS)
			own_strings(at_mut(to, f));
	}
}

void md_fields_own_arrays(const struct md_field_array *arrays, void *to)
{
	for (const struct md_field_array *a = arrays; a->key; a++) {
		const void *borrowed = *items_of(a, to);
		size_t count = *count_of(a, to);

		*items_of(a, to) = NULL;
		if (count == 0)
			continue;
		*items_of(a, to) = md_xcalloc(count, a->item_size);
		memcpy(*items_of(a, to), borrowed, count * a->item_size);
		for (size_t i = 0; i < count; i++)
			md_fields_own(a->fields, item_at(a, to, i));
	}
}
