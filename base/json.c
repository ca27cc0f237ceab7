/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include "base/alloc.h"
#include "base/json_scan.h"
#include "base/number.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define EXACT_MAX (INT64_C(1) << 53) /* doubles hold every integer up to here */

static cJSON *node(const struct md_json *value)
{
	return (cJSON *)value;
}

static struct md_json *wrap(const cJSON *item)
{
	return (struct md_json *)item;
}

/* cJSON answers NULL only when there is no memory. */
static struct md_json *made(const cJSON *item)
{
	if (!item)
		abort();
	return wrap(item);
}

static int compare_keys(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return strcmp(*left, *right);
}

/* Sorted, not compared pair by pair: hostile objects have a million keys. */
static const char *duplicate_key(const cJSON *object)
{
	size_t count = (size_t)cJSON_GetArraySize(object);
	md_auto_free const char **keys = md_xcalloc(count, sizeof(*keys));
	const cJSON *member;
	size_t n = 0;

	cJSON_ArrayForEach (member, object)
		keys[n++] = member->string;
	qsort(keys, n, sizeof(*keys), compare_keys);
	for (size_t i = 1; i < n; i++)
		if (strcmp(keys[i - 1], keys[i]) == 0)
			return keys[i];
	return NULL;
}

/* What the grammar allows and we do not: two readers would not agree on the meaning. */
static int check_tree(const cJSON *item, struct md_error *err)
{
	const cJSON *child;
	const char *key = NULL;

	if (cJSON_IsNumber(item) && !isfinite(item->valuedouble))
		return md_fail(err, MD_ERR_CORRUPT, "JSON holds a number that is too large");
	if (cJSON_IsObject(item))
		key = duplicate_key(item);
	if (key)
		return md_fail(err, MD_ERR_CORRUPT, "JSON key '%.100s' appears twice", key);
	cJSON_ArrayForEach (child, item)
		if (check_tree(child, err) < 0)
			return -1;
	return 0;
}

struct md_json *md_json_parse(const char *text, size_t length, struct md_error *err)
{
	const char *end = text;
	md_auto_json struct md_json *root = NULL;

	if (md_json_scan(text, length, err) < 0)
		return NULL;
	root = wrap(cJSON_ParseWithLengthOpts(text, length, &end, 0));
	if (root)
		end = md_json_skip_space(end, text + length);
	if (!root || end != text + length) {
		(void)md_fail(err, MD_ERR_CORRUPT, "JSON is malformed at byte %zu",
			      (size_t)(end - text));
		return NULL;
	}
	if (check_tree(node(root), err) < 0)
		return NULL;
	return md_steal_ptr(&root);
}

void md_json_free(struct md_json *root)
{
	cJSON_Delete(node(root));
}

struct md_json *md_json_object(void)
{
	return made(cJSON_CreateObject());
}

struct md_json *md_json_array(void)
{
	return made(cJSON_CreateArray());
}

struct md_json *md_json_string(const char *text)
{
	return made(text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

struct md_json *md_json_number(int64_t n)
{
	char digits[24];

	if (n >= -EXACT_MAX && n <= EXACT_MAX)
		return made(cJSON_CreateNumber((double)n));
	(void)snprintf(digits, sizeof(digits), "%" PRId64, n);
	return md_json_string(digits);
}

struct md_json *md_json_double(double d)
{
	return made(cJSON_CreateNumber(d));
}

struct md_json *md_json_bool(bool b)
{
	return made(cJSON_CreateBool(b));
}

struct md_json *md_json_null(void)
{
	return made(cJSON_CreateNull());
}

struct md_json *md_json_copy(const struct md_json *value)
{
	cJSON *copy = node(made(cJSON_Duplicate(node(value), 1)));

	/* The copy of a member is a value of its own: its key stays behind. */
	cJSON_free(copy->string);
	copy->string = NULL;
	return wrap(copy);
}

struct md_json *md_json_strings(const struct md_strv *items)
{
	struct md_json *array = md_json_array();

	for (size_t i = 0; i < items->count; i++)
		(void)md_json_append(array, md_json_string(items->items[i]));
	return array;
}

struct md_json *md_json_set(struct md_json *object, const char *key, struct md_json *child)
{
	cJSON_bool done;

	if (md_json_get(object, key))
		done = cJSON_ReplaceItemInObjectCaseSensitive(node(object), key, node(child));
	else
		done = cJSON_AddItemToObject(node(object), key, node(child));
	if (!done)
		abort();
	return child;
}

struct md_json *md_json_append(struct md_json *array, struct md_json *child)
{
	if (!cJSON_AddItemToArray(node(array), node(child)))
		abort();
	return child;
}

void md_json_set_string(struct md_json *object, const char *key, const char *text)
{
	(void)md_json_set(object, key, md_json_string(text));
}

void md_json_set_number(struct md_json *object, const char *key, int64_t n)
{
	(void)md_json_set(object, key, md_json_number(n));
}

void md_json_set_bool(struct md_json *object, const char *key, bool b)
{
	(void)md_json_set(object, key, md_json_bool(b));
}

enum md_json_type md_json_type(const struct md_json *value)
{
	const cJSON *item = node(value);

	if (cJSON_IsBool(item))
		return MD_JSON_BOOL;
	if (cJSON_IsNumber(item))
		return MD_JSON_NUMBER;
	if (cJSON_IsString(item))
		return MD_JSON_STRING;
	if (cJSON_IsArray(item))
		return MD_JSON_ARRAY;
	return cJSON_IsObject(item) ? MD_JSON_OBJECT : MD_JSON_NULL;
}

const struct md_json *md_json_get(const struct md_json *object, const char *key)
{
	if (md_json_type(object) != MD_JSON_OBJECT)
		return NULL;
	return wrap(cJSON_GetObjectItemCaseSensitive(node(object), key));
}

const char *md_json_key(const struct md_json *member)
{
	return node(member)->string;
}

const char *md_json_as_string(const struct md_json *value, const char *otherwise)
{
	return cJSON_IsString(node(value)) ? node(value)->valuestring : otherwise;
}

/* An integer that was too large for a double was written as a string. */
static int64_t large_number(const char *digits, int64_t otherwise)
{
	struct md_error ignored = MD_ERROR_INIT;
	int64_t n;

	if (md_parse_i64(digits, INT64_MIN, INT64_MAX, &n, &ignored) < 0 ||
	    (n >= -EXACT_MAX && n <= EXACT_MAX))
		return otherwise;
	return n;
}

int64_t md_json_as_number(const struct md_json *value, int64_t otherwise)
{
	double d;

	if (cJSON_IsString(node(value)))
		return large_number(node(value)->valuestring, otherwise);
	if (!cJSON_IsNumber(node(value)))
		return otherwise;
	d = node(value)->valuedouble;
	if (!(d >= -(double)EXACT_MAX && d <= (double)EXACT_MAX) || d != (double)(int64_t)d)
		return otherwise;
	return (int64_t)d;
}

double md_json_as_double(const struct md_json *value, double otherwise)
{
	return cJSON_IsNumber(node(value)) ? node(value)->valuedouble : otherwise;
}

bool md_json_as_bool(const struct md_json *value, bool otherwise)
{
	return cJSON_IsBool(node(value)) ? cJSON_IsTrue(node(value)) != 0 : otherwise;
}

const char *md_json_get_string(const struct md_json *object, const char *key, const char *otherwise)
{
	return md_json_as_string(md_json_get(object, key), otherwise);
}

int64_t md_json_get_number(const struct md_json *object, const char *key, int64_t otherwise)
{
	return md_json_as_number(md_json_get(object, key), otherwise);
}

bool md_json_get_bool(const struct md_json *object, const char *key, bool otherwise)
{
	return md_json_as_bool(md_json_get(object, key), otherwise);
}

void md_json_get_strings(const struct md_json *object, const char *key, struct md_strv *out)
{
	const struct md_json *array = md_json_get(object, key);
	const struct md_json *item;

	if (md_json_type(array) != MD_JSON_ARRAY)
		return;
	for (item = md_json_first(array); item; item = md_json_next(item))
		if (md_json_type(item) == MD_JSON_STRING)
			md_strv_add(out, md_json_as_string(item, ""));
}

size_t md_json_size(const struct md_json *value)
{
	return value ? (size_t)cJSON_GetArraySize(node(value)) : 0;
}

const struct md_json *md_json_first(const struct md_json *value)
{
	return value ? wrap(node(value)->child) : NULL;
}

const struct md_json *md_json_next(const struct md_json *child)
{
	return wrap(node(child)->next);
}

int md_json_need_string(const struct md_json *object, const char *key, const char **ret,
			struct md_error *err)
{
	const char *text = md_json_get_string(object, key, NULL);

	if (!text)
		return md_fail(err, MD_ERR_CORRUPT, "JSON key '%s' is missing or no string", key);
	*ret = text;
	return 0;
}

int md_json_need_number(const struct md_json *object, const char *key, int64_t *ret,
			struct md_error *err)
{
	/* Two different answers to "otherwise" mean that there is no number. */
	int64_t n = md_json_get_number(object, key, 0);

	if (n != md_json_get_number(object, key, 1))
		return md_fail(err, MD_ERR_CORRUPT, "JSON key '%s' is missing or no integer", key);
	*ret = n;
	return 0;
}
