/*
 * test_tree.c - the tree is RFC 6962's, its proofs hold, and nothing else does.
 *
 * Expected values: the roots every implementation of certificate transparency
 * tests against, the 196 proofs of tests/data/tree_vectors.json, and a second
 * program written from the RFC alone (tests/lib/tree.pl).
 */
#include "proto/tree.h"

#include "proto/base/json.h"
#include "tests/lib/gen.h"
#include "tests/lib/tap.h"

#include <stdlib.h>

#define MOST    300
#define MUTANTS 1000000

/* A tree whose leaf i is the decimal text of i, level by level. */
static struct sha256 *forest[16];

static bool read_forest(void *ctx, unsigned level, int64_t index,
	struct sha256 *out, struct err *e)
{
	(void)ctx;
	(void)e;
	*out = forest[level][index];
	return true;
}

static void grow(size_t n)
{
	for (size_t level = 0; level < ARRAY_LEN(forest); level++) {
		size_t count = n >> level;

		forest[level] = malloc((count + 1) * sizeof(struct sha256));
		for (size_t i = 0; i < count; i++) {
			char text[24];

			snprintf(text, sizeof(text), "%zu", i);
			forest[level][i] =
				level ? tree_node(&forest[level - 1][2 * i],
						&forest[level - 1][2 * i + 1])
				      : tree_leaf(text, strlen(text));
		}
	}
}

static struct sha256 root_of(int64_t n)
{
	struct tree_edge t;
	struct err e;

	if (!tree_edge_read(n, read_forest, NULL, &t, &e))
		die("no edge");
	return tree_edge_root(&t);
}

/* ---- against others ---- */

/* RFC 6962's own test leaves, as google/certificate-transparency and
 * transparency-dev/merkle have them, and the roots of 0 … 8 of them. */
static void roots_are_those_every_log_tests_against(void)
{
	static const char *const leaves[] = {"", "00", "10", "2021", "3031",
		"40414243", "5051525354555657",
		"606162636465666768696a6b6c6d6e6f"};
	static const char *const roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427"
					    "ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa0"
		"1d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c1"
		"25",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e"
		"77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614"
		"b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264"
		"d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087"
		"ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c"
		"8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff46043"
		"28"};
	struct tree_edge t = {.size = 0};

	for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
		struct sha256 root = tree_edge_root(&t), leaf;
		unsigned char text[16];
		char hex[SHA256_HEX];

		CHECK_STR(hex_format(root.b, SHA256_LEN, hex), roots[i]);
		if (i == ARRAY_LEN(leaves))
			break;
		CHECK(hex_parse(leaves[i], text, strlen(leaves[i]) / 2));
		leaf = tree_leaf(text, strlen(leaves[i]) / 2);
		tree_edge_add(&t, &leaf);
	}
}

/* Some of the published "hashes" are short words: with zeros behind them. */
static bool take(const char *text, struct sha256 *out, struct arena *mem)
{
	struct str s = {text, strlen(text)};
	size_t n;
	unsigned char *b = base64_parse(s, &n, mem);

	if (!b || n == 0 || n > SHA256_LEN)
		return false;
	memset(out, 0, sizeof(*out));
	memcpy(out->b, b, n);
	return true;
}

static bool take_proof(
	const json_t *v, struct tree_proof *out, struct arena *mem)
{
	const json_t *list = json_object_get(v, "proof");

	out->n = json_array_size(list);
	if (out->n > TREE_PROOF_MOST)
		return false;
	for (size_t i = 0; i < out->n; i++)
		if (!take(json_string_value(json_array_get(list, i)),
			    &out->node[i], mem))
			return false;
	return true;
}

static bool includes(const json_t *v, struct arena *mem)
{
	struct tree_proof p;
	struct sha256 leaf, root;

	return take_proof(v, &p, mem) &&
	       take(json_str(v, "leafHash"), &leaf, mem) &&
	       take(json_str(v, "root"), &root, mem) &&
	       tree_includes(json_int(v, "leafIdx", 0),
		       json_int(v, "treeSize", 0), &leaf, &root, &p);
}

static bool continues(const json_t *v, struct arena *mem)
{
	struct tree_proof p;
	struct sha256 older, root;

	return take_proof(v, &p, mem) &&
	       take(json_str(v, "root1"), &older, mem) &&
	       take(json_str(v, "root2"), &root, mem) &&
	       tree_continues(json_int(v, "size1", 0), &older,
		       json_int(v, "size2", 0), &root, &p);
}

static void judge(const json_t *list, size_t want,
	bool (*holds)(const json_t *v, struct arena *mem), struct arena *mem)
{
	size_t i;
	json_t *v;

	CHECK(json_array_size(list) == want);
	json_array_foreach(list, i, v)
	{
		bool good = holds(v, mem);

		if (good == json_flag(v, "wantErr"))
			printf("# %s\n", json_str(v, "name"));
		CHECK(good != json_flag(v, "wantErr"));
	}
}

static void published_proofs_are_judged_as_others_judge_them(void)
{
	struct arena *mem = arena_new();
	char *text = arena_alloc(mem, 1 << 17);
	FILE *f = fopen("tests/data/tree_vectors.json", "r");
	size_t n = f ? fread(text, 1, 1 << 17, f) : 0;
	struct err e;
	const json_t *all = json_read(text, n, &json_limits_own, mem, &e);

	if (f)
		fclose(f);
	CHECK(all);
	judge(json_object_get(all, "inclusion"), 98, includes, mem);
	judge(json_object_get(all, "consistency"), 98, continues, mem);
	arena_free(mem);
}

static void add_proof(struct sha256_run *run, const struct tree_proof *p)
{
	for (size_t i = 0; i < p->n; i++)
		sha256_add(run, p->node[i].b, SHA256_LEN);
}

static struct sha256 everything(int64_t most)
{
	struct sha256_run *run = sha256_begin();
	struct tree_proof p;
	struct err e;

	for (int64_t n = 1; n <= most; n++) {
		struct sha256 root = root_of(n);

		sha256_add(run, root.b, SHA256_LEN);
		for (int64_t i = 0; i < n; i++) {
			CHECK(tree_inclusion(i, n, read_forest, NULL, &p, &e));
			add_proof(run, &p);
		}
		for (int64_t m = 1; m <= n; m++) {
			CHECK(tree_consistency(
				m, n, read_forest, NULL, &p, &e));
			add_proof(run, &p);
		}
	}
	return sha256_end(run);
}

static void all_roots_and_proofs_up_to_300_leaves_are_the_definitions(void)
{
	struct sha256 got = everything(MOST);
	char hex[SHA256_HEX];

	/* perl tests/lib/tree.pl 300 */
	CHECK_STR(hex_format(got.b, SHA256_LEN, hex),
		"a582741dce61c06f4c91bde55cb12cf03246ad39100d6b10328f41bfc040af"
		"54");
}

/* ---- what holds ---- */

static void every_proof_up_to_300_leaves_holds_for_its_place_alone(void)
{
	struct sha256 root[MOST + 1];
	struct tree_proof p;
	struct err e;

	for (int64_t n = 0; n <= MOST; n++)
		root[n] = root_of(n);
	for (int64_t n = 1; n <= MOST; n++) {
		for (int64_t i = 0; i < n; i++) {
			const struct sha256 *leaf = &forest[0][i];

			CHECK(tree_inclusion(i, n, read_forest, NULL, &p, &e));
			CHECK(tree_includes(i, n, leaf, &root[n], &p));
			CHECK(!tree_includes(i + 1, n, leaf, &root[n], &p));
			CHECK(!tree_includes(i, n, leaf, &root[n - 1], &p));
			CHECK(!tree_includes(i, n,
				&forest[0][n == 1 ? 1 : (i + 1) % n], &root[n],
				&p));
		}
		for (int64_t m = 1; m <= n; m++) {
			CHECK(tree_consistency(
				m, n, read_forest, NULL, &p, &e));
			CHECK(tree_continues(m, &root[m], n, &root[n], &p));
			CHECK(!tree_continues(
				m, &root[m - 1], n, &root[n], &p));
			CHECK(!tree_continues(
				m, &root[m], n, &root[n - 1], &p));
		}
	}
}

/* ---- what does not ---- */

/* Changes one thing; false when it came out as what it was. */
static bool mutate(struct gen *g, struct tree_proof *p, struct sha256 *a,
	struct sha256 *b, int64_t *small, const int64_t *size)
{
	struct tree_proof was = *p;
	size_t at = p->n ? gen_below(g, (unsigned)p->n) : 0;

	switch (gen_below(g, p->n ? 7 : 3)) {
	case 0:
		a->b[gen_below(g, SHA256_LEN)] ^=
			(unsigned char)(1U << gen_below(g, 8));
		return true;
	case 1:
		b->b[gen_below(g, SHA256_LEN)] ^=
			(unsigned char)(1U << gen_below(g, 8));
		return true;
	case 2: /* more than there should be */
		p->node[p->n] = gen_chance(g, 50) ? *a : *b;
		p->n++;
		return true;
	case 3:
		p->node[at].b[gen_below(g, SHA256_LEN)] ^=
			(unsigned char)(1U << gen_below(g, 8));
		return true;
	case 4: /* one left out */
		memmove(&p->node[at], &p->node[at + 1],
			(--p->n - at) * sizeof(p->node[0]));
		return true;
	case 5: /* two in the wrong order */
		p->node[at] = p->node[(at + 1) % p->n];
		p->node[(at + 1) % p->n] = was.node[at];
		return memcmp(&was, p, sizeof(was)) != 0;
	default: /* another place; of trees this large it shows in the proof */
		*small ^= INT64_C(1) << gen_below(g, 8);
		(void)size;
		return true;
	}
}

static void a_million_changed_proofs_are_all_refused(void)
{
	struct gen g = {.state = 6962};
	size_t accepted = 0, tried = 0;
	struct sha256 root[MOST + 1];
	struct err e;

	for (int64_t n = 0; n <= MOST; n++)
		root[n] = root_of(n);
	while (tried < MUTANTS) {
		int64_t n = 1 + gen_below(&g, MOST), size = n;
		int64_t i = gen_below(&g, (unsigned)n), m = i + 1;
		struct sha256 leaf = forest[0][i], top = root[n], old = root[m];
		struct tree_proof p = {.n = 0};

		if (gen_chance(&g, 50)) {
			if (!tree_inclusion(i, n, read_forest, NULL, &p, &e))
				die("no proof");
			if (mutate(&g, &p, &leaf, &top, &i, &size)) {
				tried++;
				accepted +=
					tree_includes(i, size, &leaf, &top, &p);
			}
		} else {
			if (!tree_consistency(m, n, read_forest, NULL, &p, &e))
				die("no proof");
			if (mutate(&g, &p, &old, &top, &m, &size)) {
				tried++;
				accepted +=
					tree_continues(m, &old, size, &top, &p);
			}
		}
	}
	if (accepted)
		printf("# %zu of %zu accepted\n", accepted, tried);
	CHECK(accepted == 0);
}

static void numbers_that_make_no_sense_are_refused(void)
{
	struct sha256 root = root_of(8);
	struct tree_proof p = {.n = 0};
	struct err e;

	CHECK(!tree_includes(-1, 8, &forest[0][0], &root, &p));
	CHECK(!tree_includes(0, -1, &forest[0][0], &root, &p));
	CHECK(!tree_includes(0, INT64_MAX, &forest[0][0], &root, &p));
	CHECK(!tree_continues(0, &root, 8, &root, &p));
	CHECK(!tree_continues(-8, &root, 8, &root, &p));
	CHECK(!tree_continues(9, &root, 8, &root, &p));
	CHECK(!tree_inclusion(8, 8, read_forest, NULL, &p, &e));
	CHECK(!tree_consistency(9, 8, read_forest, NULL, &p, &e));
	p.n = TREE_PROOF_MOST + 1;
	CHECK(!tree_includes(0, 8, &forest[0][0], &root, &p));
	CHECK(!tree_continues(4, &root, 8, &root, &p));
}

static void parts_beside_a_range_give_the_root(void)
{
	for (int64_t n = 1; n <= 80; n++)
		for (int64_t a = 0; a < n; a++)
			for (int64_t b = a + 1; b <= n; b++) {
				struct tree_part part[2 * TREE_PROOF_MOST];
				struct tree_edge t = {.size = 0};
				struct sha256 want = root_of(n), got;
				size_t left = tree_cover(0, a, part), right;
				bool ok = true;

				for (size_t i = 0; i < left; i++)
					ok &= tree_edge_add_part(&t,
						part[i].level,
						&forest[part[i].level]
						       [part[i].index]);
				for (int64_t i = a; i < b; i++)
					tree_edge_add(&t, &forest[0][i]);
				right = tree_cover(b, n, part);
				for (size_t i = 0; i < right; i++)
					ok &= tree_edge_add_part(&t,
						part[i].level,
						&forest[part[i].level]
						       [part[i].index]);
				got = tree_edge_root(&t);
				CHECK(ok && t.size == n &&
					sha256_equal(&got, &want));
			}
}

int main(void)
{
	grow(MOST + 4);
	RUN(roots_are_those_every_log_tests_against);
	RUN(published_proofs_are_judged_as_others_judge_them);
	RUN(all_roots_and_proofs_up_to_300_leaves_are_the_definitions);
	RUN(every_proof_up_to_300_leaves_holds_for_its_place_alone);
	RUN(a_million_changed_proofs_are_all_refused);
	RUN(numbers_that_make_no_sense_are_refused);
	RUN(parts_beside_a_range_give_the_root);
	return tap_done();
}
