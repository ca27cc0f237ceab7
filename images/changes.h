/* SPDX-License-Identifier: Apache-2.0 */
/*
 * changes.h - `image import --change`: Dockerfile instructions that set configuration members
 * (used inside images/ only).
 */
#ifndef MD_IMAGES_CHANGES_H
#define MD_IMAGES_CHANGES_H

#include "images/image.h"

/*
 * Apply one instruction: CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, STOPSIGNAL, USER, VOLUME or WORKDIR,
 * in any case. MD_ERR_INVALID names the line and what is wrong with it.
 */
int md_image_change_apply(struct md_image_config *config, const char *line, struct md_error *err);

#endif
