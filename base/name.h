/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name.h - identifiers: the only place that decides whether a text may become part of a path.
 *
 * Used at every entry: command line, store scan, image import.
 */
#ifndef MD_BASE_NAME_H
#define MD_BASE_NAME_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define MD_ID_LENGTH       64
#define MD_ID_SHORT_LENGTH 12

/* A new random id: 64 hex digits (getrandom(2)), never all decimal. */
void md_id_generate(char out[MD_ID_LENGTH + 1]);

/* Exactly 64 lower-case hex digits. */
bool md_id_is_valid(const char *text);

/* 1 to 64 lower-case hex digits: may be the start of an id. */
bool md_id_is_prefix(const char *text);

/* Container and image-free-form names: [a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}. */
int md_name_check(const char *text, struct md_error *err);

/* A random two-word name such as "calm_harbor"; `attempt` > 0 adds a digit. */
void md_name_generate(unsigned int attempt, char *out, size_t size);

/* A host name: RFC 1123 labels, 1 to 64 bytes in all (what sethostname(2) takes). */
int md_hostname_check(const char *text, struct md_error *err);

#endif
