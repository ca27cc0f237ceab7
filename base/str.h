/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str.h - growing strings and lists of strings.
 *
 *	MD_CLEANUP(md_str_fini) struct md_str s = MD_STR_INIT;
 *	md_str_addf(&s, "pid %d", pid);
 *	puts(md_str_get(&s));
 *
 * Neither type can fail: memory comes from base/alloc.h.
 */
#ifndef MD_BASE_STR_H
#define MD_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

/* A growing byte string, always NUL-terminated once something was added. */
struct md_str {
	char *data;
	size_t length;
	size_t capacity;
};

#define MD_STR_INIT        \
	{                  \
		NULL, 0, 0 \
	}

/* Free the content; *s is empty and may be used again. */
void md_str_fini(struct md_str *s);

/* Append a text, a byte, `length` bytes that may hold NUL, or what printf(3) makes of `fmt`. */
void md_str_add(struct md_str *s, const char *text);
void md_str_addc(struct md_str *s, char c);
void md_str_add_bytes(struct md_str *s, const void *bytes, size_t length);
void md_str_addf(struct md_str *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull(1, 2)));

/* Drop the content, keep the memory. */
void md_str_clear(struct md_str *s);

/* The content, "" when nothing was added. Valid until the next change. */
const char *md_str_get(const struct md_str *s);

/* Hand the content to the caller, who frees it; *s is empty afterwards. Never NULL. */
char *md_str_take(struct md_str *s);

/* A growing list of owned strings; `items` ends with NULL once something was added (an argv). */
struct md_strv {
	char **items;
	size_t count;
};

#define MD_STRV_INIT    \
	{               \
		NULL, 0 \
	}

void md_strv_fini(struct md_strv *v);
void md_strv_add(struct md_strv *v, const char *text); /* copies */
void md_strv_take(struct md_strv *v, char *text);      /* takes ownership */
void md_strv_addf(struct md_strv *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void md_strv_copy(struct md_strv *to, const struct md_strv *from); /* `to` must be empty */
bool md_strv_has(const struct md_strv *v, const char *text);

/* Split at every `separator`; "" gives one empty item. Appends to *v. */
void md_strv_split(struct md_strv *v, const char *text, char separator);

/* Items joined with `separator` between them; the caller frees it. */
char *md_strv_join(const struct md_strv *v, const char *separator);

/* The value behind `key=` in a KEY=VALUE list, NULL if there is none. The last one wins. */
const char *md_strv_value(const struct md_strv *v, const char *key);

/* Set KEY=VALUE, replacing an earlier entry of the same key in place. */
void md_strv_set(struct md_strv *v, const char *key, const char *value);

/* Whether `text` begins or ends with the other one; "" always fits. */
bool md_str_starts(const char *text, const char *prefix);
bool md_str_ends(const char *text, const char *suffix);

#endif
