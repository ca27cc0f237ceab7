/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_private.h - what the files containers/store*.c share and nobody else may see.
 *
 *	<root>/containers/.new-<id>    a container being made; its maker holds the lock in it, so an
 *	                               unlocked one is left over from a maker that died
 *	<root>/containers/.gone-<id>   a container whose removal was not finished
 *
 * No id starts with a dot, so neither is ever taken for a container.
 */
#ifndef MD_CONTAINERS_STORE_PRIVATE_H
#define MD_CONTAINERS_STORE_PRIVATE_H

#include "containers/store.h"

#include <limits.h>

#define MD_STORE_NEW  ".new-"
#define MD_STORE_GONE ".gone-"

#define MD_STORE_FILE_MAX (16 << 20) /* bytes of a record, state or undo list */

struct md_store {
	char *root, *run;
	int root_fd, containers_fd, names_fd;
	/*
	 * The part of a state.json that never changes ("container": image, command, creation), for
	 * the container that was used last. Each write of the state needs it again.
	 */
	char about_id[MD_ID_LENGTH + 1];
	struct md_json *about;
};

/* MD_ERR_INVALID unless `id` is a whole id: nothing else may become a path. */
int md_store_check_id(const char *id, struct md_error *err);

/* The container's directory, never through a link. MD_ERR_NOT_FOUND "no such container: 'x'". */
int md_store_open_container(const struct md_store *store, const char *id, struct md_error *err);

/* Whether containers/ has an entry `prefix`<id> (of any kind). False for what is no id. */
bool md_store_has_entry(const struct md_store *store, const char *prefix, const char *id);

/* Id that the link names/<name> holds. False if there is none or it is no id. */
bool md_store_read_name(const struct md_store *store, const char *name,
			char ret_id[MD_ID_LENGTH + 1]);

/* Make names/<name> point at `id`. MD_ERR_EXISTS; a link that points nowhere is taken over. */
int md_store_take_name(struct md_store *store, const char *name, const char *id,
		       struct md_error *err);

/* Remove names/<name> if it points at `id`. */
void md_store_drop_name(const struct md_store *store, const char *name, const char *id);

/*
 * The command as `ps` shows it, for the caller. As Docker: an argument with a space stands in
 * quotes, the program itself does not.
 */
char *md_store_command_line(const struct md_strv *command);

/* Remember the constant part of this container's state.json. */
void md_store_remember(struct md_store *store, const struct md_record *record);

/* A copy of that part for the caller, from memory or from the record. */
struct md_json *md_store_about(struct md_store *store, const char *id, struct md_error *err);

enum md_lock_wait {
	MD_LOCK_TRY,
	MD_LOCK_WAIT
};

/* The lock file `path`, made if missing, locked; the descriptor is the lock. TRY does not wait. */
int md_store_lock_in(int dirfd, const char *path, enum md_lock_wait wait, struct md_error *err);

/* Remove the tree `prefix`<id> below containers/. */
int md_store_remove_entry(const struct md_store *store, const char *prefix, const char *id,
			  struct md_error *err);

#endif
