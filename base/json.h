/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - JSON values, over cJSON (RFC 8259). The only module that sees cJSON.h.
 *
 * A struct md_json * is a node of a tree. Only the root is freed; adding a node to a parent hands
 * it over. Getters take the parent and a key and never fail for a missing key or a wrong type:
 * they give the stated default. md_json_need_*() fail and name the key.
 * Nesting is limited to 64; duplicate keys, \u0000 and what RFC 8259 does not allow are refused.
 * cJSON keeps doubles: an integer beyond 2^53 is written as a string of digits and read from one.
 */
#ifndef MD_BASE_JSON_H
#define MD_BASE_JSON_H

#include "base/cleanup.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct md_json; /* opaque: a cJSON */

/* Parse exactly one value; anything but white space behind it is MD_ERR_CORRUPT. */
struct md_json *md_json_parse(const char *text, size_t length, struct md_error *err);
void md_json_free(struct md_json *root);
MD_DEFINE_AUTO(json, struct md_json *, md_json_free)
#define md_auto_json MD_CLEANUP(md_cleanup_json)

/* Text of a tree; the caller frees it. Compact is one line, pretty is indented by 4. */
char *md_json_compact(const struct md_json *value);
char *md_json_pretty(const struct md_json *value);

/* Making values. */
struct md_json *md_json_object(void);
struct md_json *md_json_array(void);
struct md_json *md_json_string(const char *text); /* NULL gives null */
struct md_json *md_json_number(int64_t n);
struct md_json *md_json_double(double d);
struct md_json *md_json_bool(bool b);
struct md_json *md_json_null(void);
struct md_json *md_json_copy(const struct md_json *value);
struct md_json *md_json_strings(const struct md_strv *items);

/* Adding: `child` belongs to the parent afterwards. Returns child. */
struct md_json *md_json_set(struct md_json *object, const char *key, struct md_json *child);
struct md_json *md_json_append(struct md_json *array, struct md_json *child);
void md_json_set_string(struct md_json *object, const char *key, const char *text);
void md_json_set_number(struct md_json *object, const char *key, int64_t n);
void md_json_set_bool(struct md_json *object, const char *key, bool b);

/* Looking. */
enum md_json_type {
	MD_JSON_NULL,
	MD_JSON_BOOL,
	MD_JSON_NUMBER,
	MD_JSON_STRING,
	MD_JSON_ARRAY,
	MD_JSON_OBJECT,
};
enum md_json_type md_json_type(const struct md_json *value); /* NULL is MD_JSON_NULL */
const struct md_json *md_json_get(const struct md_json *object, const char *key);
const char *md_json_key(const struct md_json *member); /* NULL for array items */
const char *md_json_as_string(const struct md_json *value, const char *otherwise);
int64_t md_json_as_number(const struct md_json *value, int64_t otherwise);
double md_json_as_double(const struct md_json *value, double otherwise);
bool md_json_as_bool(const struct md_json *value, bool otherwise);
const char *md_json_get_string(const struct md_json *object, const char *key,
			       const char *otherwise);
int64_t md_json_get_number(const struct md_json *object, const char *key, int64_t otherwise);
bool md_json_get_bool(const struct md_json *object, const char *key, bool otherwise);
void md_json_get_strings(const struct md_json *object, const char *key, struct md_strv *out);
size_t md_json_size(const struct md_json *value);

/* Children in order: for (c = md_json_first(v); c; c = md_json_next(c)) */
const struct md_json *md_json_first(const struct md_json *value);
const struct md_json *md_json_next(const struct md_json *child);

/* The value or MD_ERR_CORRUPT naming the key. The string belongs to the tree. */
int md_json_need_string(const struct md_json *object, const char *key, const char **ret,
			struct md_error *err);
int md_json_need_number(const struct md_json *object, const char *key, int64_t *ret,
			struct md_error *err);

#endif
