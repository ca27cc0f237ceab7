/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spelling.h - how far a misspelt word is from a known one.
 */
#ifndef MD_CLI_SPELLING_H
#define MD_CLI_SPELLING_H

/*
 * Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. Words longer
 * than 63 bytes are as far as can be.
 */
unsigned int md_spelling_distance(const char *a, const char *b);

/* Keeps the nearest of the words offered to it: init with the misspelt one, then offer each. */
struct md_spelling {
	const char *wrong;
	const char *best; /* NULL: nothing near enough */
	unsigned int distance;
};

#define MD_SPELLING_INIT(word)  \
	{                       \
		.wrong = (word) \
	}

/* Take `word` if it is nearer than the best one so far, and near at all. */
void md_spelling_offer(struct md_spelling *spelling, const char *word);

#endif
