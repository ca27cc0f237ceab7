/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.h - image configuration JSON (OCI image-spec 1.1, config.md) <-> struct md_image
 * (used inside images/ only).
 *
 * What an image says is data from strangers: only the members named here are read, each is checked,
 * and what fails its check is dropped, so that a bad member can neither change the engine's mind
 * nor make the image unusable.
 */
#ifndef MD_IMAGES_CONFIG_H
#define MD_IMAGES_CONFIG_H

#include "images/image.h"

/* Whether `entry` is NAME=VALUE with NAME matching [A-Za-z_][A-Za-z0-9_]*. */
bool md_env_entry_is_valid(const char *entry);

/* Whether `text` is PORT[-PORT][/tcp|udp|sctp]. */
bool md_exposed_port_is_valid(const char *text);

/* Whether an image may carry a label of this name: the engine's own name spaces are not for it. */
bool md_label_is_allowed(const char *key);

void md_image_config_fini(struct md_image_config *config);

/*
 * Fill config, architecture, os, created_ns, comment and diff_ids of *image. Diff ids that are no
 * digests are MD_ERR_CORRUPT: they become paths.
 */
int md_image_config_parse(const struct md_json *root, struct md_image *image, struct md_error *err);

/* The configuration of `image` as OCI JSON; `created_by` is the only history entry's text. */
struct md_json *md_image_config_format(const struct md_image *image, const char *created_by);

/* The member "config" alone, with OCI's and Docker's member names. */
struct md_json *md_image_config_members(const struct md_image_config *config);

#endif
