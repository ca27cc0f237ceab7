/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_use.h - which images have containers.
 */
#ifndef MD_CLI_IMAGE_USE_H
#define MD_CLI_IMAGE_USE_H

#include "base/error.h"

struct md_engine;
struct md_strv;

/* Append "IMAGE-ID CONTAINER" for every container, as struct md_image_removal wants it. */
int md_image_use_list(struct md_engine *engine, struct md_strv *ret, struct md_error *err);

#endif
