/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse_path.h - paths in flag values: cleaned as text, nothing is looked up.
 *
 * Private to containers/parse_*.c.
 */
#ifndef MD_CONTAINERS_PARSE_PATH_H
#define MD_CONTAINERS_PARSE_PATH_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * An absolute path without "//", "." and "..": "/a/./b//../c/" is "/a/c". The caller frees it.
 * MD_ERR_INVALID for a path that is not absolute.
 */
char *md_path_clean(const char *path, struct md_error *err);

/* The same for a target inside a container, which may not be "/". */
char *md_path_clean_target(const char *path, struct md_error *err);

/* "./data", "../x", "." or absolute: made absolute by the working directory, then cleaned. */
char *md_path_clean_host(const char *path, struct md_error *err);

/* Whether a text is a path of the host ("/x", "./x", "..") and not the name of a volume. */
bool md_path_is_host(const char *text);

/* The size of a tmpfs: as md_parse_size(). The mode: octal, at most 01777. */
int md_parse_tmpfs_size(const char *text, uint64_t *ret_bytes, struct md_error *err);
int md_parse_tmpfs_mode(const char *text, unsigned int *ret_mode, struct md_error *err);

#endif
