/* SPDX-License-Identifier: Apache-2.0 */
/*
 * builtin.h - the busybox image that comes with minidock (used inside images/ only).
 *
 * Its tar is embedded in minidock-unpack at build time and goes through the same door as every
 * other archive.
 */
#ifndef MD_IMAGES_BUILTIN_H
#define MD_IMAGES_BUILTIN_H

#include "images/image.h"

/* Whether a text means the built-in image. */
bool md_builtin_is_named(const char *text);

/* Unpack it as busybox:latest. */
int md_builtin_import(struct md_image_store *store, struct md_error *err);

#endif
