/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seccomp_json.h - strict readers for the JSON of a seccomp profile.
 *
 * The getters of base/json.h give a default for what is missing or of the wrong type. In a security
 * profile a typing error must not pass for a default, so these refuse, with the key in the message.
 */
#ifndef MD_RUNTIME_SECCOMP_JSON_H
#define MD_RUNTIME_SECCOMP_JSON_H

#include "base/error.h"
#include "base/json.h"

#include <stdint.h>

/*
 * Refuse what is no object, and members whose keys are not among `known`, which is separated and
 * surrounded by spaces: " caps arches ".
 */
int md_seccomp_json_keys(const struct md_json *object, const char *known, struct md_error *err);

/* Refuse a member that is no list of `items`. A missing one or null is an empty list. */
int md_seccomp_json_list(const struct md_json *object, const char *key, enum md_json_type items,
			 struct md_error *err);

/* A whole number from 0 to `max`; 0 if it is missing or null. */
int md_seccomp_json_whole(const struct md_json *object, const char *key, double max, uint64_t *ret,
			  struct md_error *err);

#endif
