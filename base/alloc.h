/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alloc.h - allocation that cannot fail.
 *
 * Out of memory aborts the process: one supervisor per container keeps the damage local, and no
 * caller carries an error path that is never tested. Never call these between clone and exec.
 */
#ifndef MD_BASE_ALLOC_H
#define MD_BASE_ALLOC_H

#include <stddef.h>

/* Zeroed memory for `count` objects of `size` bytes; the product is checked. */
void *md_xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* As reallocarray(3): the new part is not zeroed. */
void *md_xreallocarray(void *old, size_t count, size_t size) __attribute__((returns_nonnull));

/* As strdup(3). */
char *md_xstrdup(const char *text) __attribute__((malloc, returns_nonnull));

/* As strndup(3): at most `length` bytes, fewer if a NUL comes first. */
char *md_xstrndup(const char *text, size_t length) __attribute__((malloc, returns_nonnull));

/* strdup that passes NULL on. */
char *md_xstrdup_or_null(const char *text) __attribute__((malloc));

/* A new string; the caller frees it. */
char *md_xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2), returns_nonnull));

#endif
