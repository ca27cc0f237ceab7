/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.h - where containers live on disk, and how nothing of them is lost.
 *
 *	<root>/containers/<id>/record.json   what was asked for: id, name, created, image, request;
 *	                                     rewritten only by rename and update
 *	                       state.json    status, process, exit (containers/state.h)
 *	                       undo.json     what is still to be undone on the host
 *	                       log/          containers/log.h
 *	                       root/         upper/ work/ mount/ of the overlay
 *	                       etc/          generated hosts, hostname, resolv.conf
 *	                       lock          OFD lock for changes; readers never take it
 *	<root>/names/<name>                  link to the id, made exclusively: a name is unique
 *	<root>/volumes/<name>                directories of named and anonymous volumes
 *	<root>/quarantine/                   unreadable files: kept and named, never deleted
 *	<root>/cache/                        derived, may be deleted at any time
 *	<run>/<id>/control.sock              the supervisor's socket, below /run
 *
 * <root> is /var/lib/minidock or MINIDOCK_ROOT or --root; <run> is /run/minidock or MINIDOCK_RUN,
 * and with another root <root>/run. Both 0700.
 *
 * Write rule: temp file, fsync, rename, fsync(directory) for what was acknowledged.
 */
#ifndef MD_CONTAINERS_STORE_H
#define MD_CONTAINERS_STORE_H

#include "base/error.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/name.h"
#include "containers/request.h"
#include "containers/state.h"

#include <stdbool.h>
#include <stddef.h>

struct md_store;

/* Open, making what is missing. `root` NULL: from the environment, else the default. */
struct md_store *md_store_open(const char *root, struct md_error *err);
void md_store_close(struct md_store *store); /* NULL is allowed */

/* Absolute paths of <root> and <run>, and a descriptor of <root>; they stay the store's. */
const char *md_store_root(const struct md_store *store);
const char *md_store_run_dir(const struct md_store *store); /* may not be there yet */
int md_store_root_fd(const struct md_store *store);

struct md_record {
	char id[MD_ID_LENGTH + 1];
	char *name;
	int64_t created_ns;
	char *image_id; /* "sha256:…" found at creation, NULL with --rootfs */
	struct md_run_request request;
	struct md_strv command; /* what will be executed: entrypoint and command resolved */
	char *version;          /* of minidock that wrote it */
};

/* Free what it holds and empty it. */
void md_record_fini(struct md_record *record);

/* The whole of record.json; the caller frees it. */
struct md_json *md_record_to_json(const struct md_record *record);

/* MD_ERR_CORRUPT naming the key, MD_ERR_UNSUPPORTED for the record of a later minidock. */
int md_record_from_json(const struct md_json *json, struct md_record *ret, struct md_error *err);

/*
 * Make the directory, take the name, write record.json and state.json (created). Fills
 * record->id and, when NULL, record->name. MD_ERR_EXISTS names the container that has the name.
 */
int md_store_create(struct md_store *store, struct md_record *record, enum md_durability durability,
		    struct md_error *err);

/*
 * Id of the container that `text` means: full id, name, or unique prefix of an id, in this order.
 * MD_ERR_NOT_FOUND "no such container: 'x'"; MD_ERR_INVALID lists the candidates of an ambiguous
 * prefix.
 */
int md_store_find(struct md_store *store, const char *text, char ret_id[MD_ID_LENGTH + 1],
		  struct md_error *err);

/* MD_ERR_CORRUPT for a damaged record, which is kept in quarantine. */
int md_store_load_record(struct md_store *store, const char *id, struct md_record *ret,
			 struct md_error *err);

/* An unreadable state is quarantined and reported as status "dead" with the reason, not as an
 * error. */
int md_store_load_state(struct md_store *store, const char *id, struct md_state *ret,
			struct md_error *err);
int md_store_save_record(struct md_store *store, const struct md_record *record,
			 struct md_error *err);
int md_store_save_state(struct md_store *store, const char *id, const struct md_state *state,
			enum md_durability durability, struct md_error *err);
int md_store_save_undo(struct md_store *store, const char *id, const struct md_json *undo,
		       struct md_error *err);
/* NULL without error (err->code MD_OK) when there is none. */
struct md_json *md_store_load_undo(struct md_store *store, const char *id, struct md_error *err);

/* Give the container another name: takes the new one, rewrites the record, drops the old. */
int md_store_rename(struct md_store *store, const char *id, const char *new_name,
		    struct md_error *err);

/* Take name, directory and run directory away. The caller has ended the container and undone it. */
int md_store_remove(struct md_store *store, const char *id, struct md_error *err);

/*
 * The same in two steps. After the first nobody sees the container any more and its name is free;
 * the second takes the files away and may come when everybody was told. If it never comes,
 * md_store_sweep() finds the rest. The caller has made sure that nothing is mounted there.
 */
int md_store_retire(struct md_store *store, const char *id, struct md_error *err);
int md_store_purge(struct md_store *store, const char *id, struct md_error *err);

/* Lock for changes of one container; waits. The descriptor is the lock, closing releases it. */
int md_store_lock(struct md_store *store, const char *id, struct md_error *err);

/* Descriptor of the subdirectory `leaf` ("log", "root", "etc"), made with 0700 if it is missing. */
int md_store_open_dir(struct md_store *store, const char *id, const char *leaf,
		      struct md_error *err);
/* The same for <run>/<id>. A socket in it is best named /proc/self/fd/N/…: paths of 108 bytes. */
int md_store_open_run_dir(struct md_store *store, const char *id, struct md_error *err);

/* Absolute path of the container's directory or of `leaf` in it; the caller frees it. */
char *md_store_path(struct md_store *store, const char *id, const char *leaf);
/* The same in the run directory. */
char *md_store_run_path(struct md_store *store, const char *id, const char *leaf);

enum md_sweep {
	MD_SWEEP_LOOK, /* change nothing */
	MD_SWEEP_REMOVE
};

/*
 * Find (and take away) what died half-way: containers that were never made whole or not wholly
 * removed. One that is being made right now is left alone. *ret_names gets a line for each.
 */
int md_store_sweep(struct md_store *store, enum md_sweep mode, struct md_strv *ret_names,
		   struct md_error *err);

/*
 * Give each anonymous volume of the request a name: an id. A volume whose name is an id is
 * anonymous, and `rm -v` takes it away with its container. Done by md_store_create().
 */
void md_store_name_volumes(struct md_run_request *request);

/* Absolute path of a volume's directory, made if it is missing; ret_is_new may be NULL. */
int md_store_volume(struct md_store *store, const char *name, char **ret_path, bool *ret_is_new,
		    struct md_error *err);

/* Remove a volume's directory. One that is gone is success. */
int md_store_remove_volume(struct md_store *store, const char *name, struct md_error *err);

/* One line of `ps`: what a list needs without reading the record. */
struct md_summary {
	char id[MD_ID_LENGTH + 1];
	char *name;
	char *image;
	char *command; /* joined */
	int64_t created_ns;
	struct md_state state;
};

/* Free what it holds. */
void md_summary_fini(struct md_summary *summary);

/*
 * All containers, newest first; damaged ones are in the list as "dead". 10,000 of them in 100 ms.
 * A running state whose process is gone (the supervisor was killed, the machine booted) is given as
 * exited, "dead supervisor".
 */
int md_store_list(struct md_store *store, struct md_summary **ret, size_t *ret_count,
		  struct md_error *err);
void md_summaries_free(struct md_summary *list, size_t count);

#endif
