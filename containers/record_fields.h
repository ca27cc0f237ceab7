/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_fields.h - struct members as JSON members, by tables instead of code.
 *
 *	static const struct md_field fields[] = {
 *		MD_FIELD(STRING, struct md_run_request, image, "image"),
 *		MD_FIELDS_END,
 *	};
 *
 * A member that equals its default is not written, and a key that is missing leaves the default: a
 * record holds what somebody asked for and nothing else. A value of the wrong type or out of range
 * is MD_ERR_CORRUPT that names the key. Private to containers/record*.c.
 */
#ifndef MD_CONTAINERS_RECORD_FIELDS_H
#define MD_CONTAINERS_RECORD_FIELDS_H

#include "base/error.h"
#include "base/json.h"

#include <stddef.h>

enum md_field_kind {
	MD_FIELD_STRING,  /* char *, NULL default */
	MD_FIELD_STRINGS, /* struct md_strv, empty default */
	MD_FIELD_BOOL,
	MD_FIELD_INT,  /* int, unsigned int, int64_t, uint64_t …: `size` and `is_signed` tell */
	MD_FIELD_ENUM, /* by name */
	MD_FIELD_TEXT, /* char[n] */
	MD_FIELD_TIME, /* int64_t nanoseconds as RFC 3339 */
};

struct md_field {
	const char *key; /* NULL ends a table */
	enum md_field_kind kind;
	size_t offset, size;
	bool is_signed;
	const char *const *names; /* of an enum, in order from 0, NULL at the end */
};

#define MD_FIELD_OF_(type, member) \
	.offset = offsetof(type, member), .size = sizeof(((type *)0)->member)
#define MD_FIELD(kind_, type, member, key_)                                         \
	{                                                                           \
		.key = (key_), .kind = MD_FIELD_##kind_, MD_FIELD_OF_(type, member) \
	}
#define MD_FIELD_SIGNED(type, member, key_)                                                        \
	{                                                                                          \
		.key = (key_), .kind = MD_FIELD_INT, MD_FIELD_OF_(type, member), .is_signed = true \
	}
#define MD_FIELD_NAMED(type, member, key_, names_)                                \
	{                                                                         \
		.key = (key_), .kind = MD_FIELD_ENUM, MD_FIELD_OF_(type, member), \
		.names = (names_)                                                 \
	}
#define MD_FIELDS_END       \
	{                   \
		.key = NULL \
	}

/* Set in `object` each member of *value that differs from *defaults (the same struct). */
void md_fields_write(struct md_json *object, const struct md_field *fields, const void *value,
		     const void *defaults);

/* Fill *value, which holds the defaults. On failure what was filled stays for the caller's fini. */
int md_fields_read(const struct md_json *object, const struct md_field *fields, void *value,
		   struct md_error *err);

/*
 * A member that is a growing array of structs (a pointer and a size_t): how one item looks and what
 * a new one starts as. Not written when empty.
 */
struct md_field_array {
	const char *key; /* NULL ends a table */
	const struct md_field *fields;
	const void *defaults;
	size_t item_size, items_offset, count_offset;
};

#define MD_FIELD_ARRAY(type, items, count, key_, fields_, defaults_)                      \
	{                                                                                 \
		.key = (key_), .fields = (fields_), .defaults = (defaults_),              \
		.item_size = sizeof(*(defaults_)), .items_offset = offsetof(type, items), \
		.count_offset = offsetof(type, count)                                     \
	}

/* Set in `object` a list for each array of *value that has items. */
void md_fields_write_arrays(struct md_json *object, const struct md_field_array *arrays,
			    const void *value);

/* Every array of *value must be empty. On failure what was read stays for the caller's fini. */
int md_fields_read_arrays(const struct md_json *object, const struct md_field_array *arrays,
			  void *value, struct md_error *err);

/* Free the strings of a struct; members keep dangling values. */
void md_fields_fini(const struct md_field *fields, void *value);
/* The same for its arrays. */
void md_fields_fini_arrays(const struct md_field_array *arrays, void *value);

/* *to is a plain copy (`*to = *from`): give it strings of its own. */
void md_fields_own(const struct md_field *fields, void *to);
/* The same for its arrays. */
void md_fields_own_arrays(const struct md_field_array *arrays, void *to);

/* The tables of struct md_run_request (containers/request_fields.c). */
extern const struct md_field md_request_fields[];
extern const struct md_field_array md_request_arrays[];

#endif
