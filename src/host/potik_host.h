/* The C ABI of Potik's core, for hosts written in other languages (a Flink operator is one). A host
 * is one part of the pipeline: a splitter, viewers or a judge (docs/adr/0016-passes-apart.md).
 * Frames go in by slabs, frames come out by slabs; what stands in them is host/frame.h's.
 *
 * Threads: one at a time for a handle; different handles are independent. No exception and no abort
 * crosses. What returns an int, but potik_host_waits(), returns POTIK_OK or another potik_code; a
 * handle that failed says POTIK_FAILED to all of them, and is good for nothing but its error and
 * potik_host_close(). Nothing waits, for anybody. An epoch under way can only be finished or given
 * up with the handle.
 */
#ifndef POTIK_HOST_H
#define POTIK_HOST_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define POTIK_HOST_API __attribute__((visibility("default")))
#else
#define POTIK_HOST_API
#endif

/* Of this header. A caller compares it with what potik_host_version() says before all else. */
#define POTIK_HOST_VERSION 2

typedef struct potik_host potik_host;

enum potik_role { POTIK_SPLITTER = 1, POTIK_VIEWERS = 2, POTIK_JUDGE = 3 };

enum potik_code {
  POTIK_OK = 0,
  POTIK_MISUSE = 1,  /* an argument, or an order of calls, that cannot be; nothing was changed, and
                        a handle can be used on */
  POTIK_DAMAGED = 2, /* bytes that are no frame or no saved state; the handle has failed */
  POTIK_LIMIT = 3,   /* more than a declared limit; the handle has failed */
  POTIK_MEMORY = 4,  /* there was none; the handle has failed */
  POTIK_FAILED = 5   /* the handle failed earlier, or by a bug: see potik_host_error() */
};

/* Which key group a frame or a state belongs to, where it is none of the 128. */
#define POTIK_ALL_KEY_GROUPS 0xffffu

/* POTIK_HOST_VERSION of the library: what is asked first. */
POTIK_HOST_API uint32_t potik_host_version(void);
/* Null, or a sentence about what this machine lacks: what is asked next. */
POTIK_HOST_API const char* potik_host_unfit(void);

/* Makes a part. `settings` is a JSON object, not null-terminated:
 *   "first", "last"  the key groups that this part owns, both included (viewers, judge)
 *   "sender"         1..2^53: names this copy of the viewers, different at each start (viewers)
 *   "events", "users", "videos"  how many partitions the log has of each: 8, 1, 1 if absent
 *   "everyone"       1: whoever acts gets a list (if absent), 0: nobody does (viewers)
 *   "enriched"       in which form accepted events come out (viewers): "json" (if absent), a result
 *                    each; "blocks", all rows of an epoch as the pieces of docs/formats/rows.md, of
 *                    a writer that owns the key groups of this part: one at least of each epoch,
 *                    unless it owns all; "both"
 *   "waiting_bytes"  65536..2^40: of records that wait for their slice, beyond which pushing one
 *                    more is POTIK_LIMIT: 2^30 if absent (viewers)
 *   "config"         text of a potik.toml; what is no part of the core is not looked at (viewers,
 *                    judge)
 * On POTIK_MISUSE *host holds a handle all the same, whose error says what is wrong with the
 * settings; null only where there is no memory. */
POTIK_HOST_API int potik_host_create(int role, const char* settings, size_t size,
                                     potik_host** host);
/* Ends it and all its slabs; null is allowed. */
POTIK_HOST_API void potik_host_close(potik_host* host);
/* What went wrong last, as a sentence in UTF-8, null-terminated; empty if nothing did. Valid until
 * the next call. */
POTIK_HOST_API const char* potik_host_error(const potik_host* host);

/* A slab for frames going in, of `size` bytes at least: the handle's own, and the same one until a
 * larger is asked for, which makes the address of the last invalid. At most 256 MiB: null above and
 * where there is no memory. */
POTIK_HOST_API uint8_t* potik_host_slab(potik_host* host, size_t size);

/* Takes frames one after another, each behind its size as uint32_t; copies what it keeps. `bytes`
 * may be the slab. About 1 us a record in a splitter, some 100 ns elsewhere. */
POTIK_HOST_API int potik_host_push(potik_host* host, const uint8_t* bytes, size_t size);

/* No frame of the slices up to `slice` comes any more (one that does is taken into the next slice
 * by a splitter, and is damage to the others). A viewers' part runs the viewers of the next slice
 * in which there is something, and then waits for what the judges make of it; a judge judges all
 * that it has. Costs what the events cost: some 10 us each. */
POTIK_HOST_API int potik_host_advance(potik_host* host, int64_t slice);

/* Of a viewers' part: 1 while it waits for frames of judges; call potik_host_advance() again, with
 * the same slice, when it does no more, until potik_host_slice() is that slice. 0 otherwise. */
POTIK_HOST_API int potik_host_waits(const potik_host* host);
/* The last slice that is done, -1 before the first. */
POTIK_HOST_API int64_t potik_host_slice(const potik_host* host);

/* All frames that have come out since the last call: the address and size of frames, each behind
 * its size as uint32_t. Valid until the next call of any function with this handle; size is 0 if
 * there are none. */
POTIK_HOST_API int potik_host_take(potik_host* host, const uint8_t** bytes, size_t* size);

/* State, while no epoch is under way (potik_host_advance() has finished what it began) and after
 * potik_host_take(), since what came out is no part of it: of a key group that it owns or, of
 * viewers, of the model (POTIK_ALL_KEY_GROUPS), which is the same in every copy. As
 * potik_host_take(). A splitter has none. Cost: the bytes. */
POTIK_HOST_API int potik_host_save(potik_host* host, uint32_t key_group, const uint8_t** bytes,
                                   size_t* size);
/* What potik_host_save() gave, of each key group owned and of the model, in any order, before the
 * first push; then potik_host_start(), which refuses to go on from a part of it. Of a new part only
 * potik_host_start(). */
POTIK_HOST_API int potik_host_restore(potik_host* host, uint32_t key_group, const uint8_t* bytes,
                                      size_t size);
POTIK_HOST_API int potik_host_start(potik_host* host);

/* As potik_host_save(), before it: makes the state one that other machines, logs cut otherwise, go
 * on from (docs/formats/state-folder.md). Records that wait for their slice are forgotten, and what
 * the last slice was: after it nothing but potik_host_save() is of use. Gives a JSON object, of
 * viewers: "epoch", "model_version", "settings"  of the state; what the core was told that computes
 * it "waited"  by partition of the log, of what was forgotten: "first", the first offset among the
 *             records that are this part's, or -1; "records", how many these are (changes of videos
 *             are of the part that owns key group 0); "all", how many all parts have together
 * Of a judge it is empty. */
POTIK_HOST_API int potik_host_settle(potik_host* host, const uint8_t** bytes, size_t* size);

/* Numbers as a flat JSON object, names with units: counts since it was made (..._total), and what
 * is now. As potik_host_take(). */
POTIK_HOST_API int potik_host_metrics(potik_host* host, const uint8_t** bytes, size_t* size);

#ifdef __cplusplus
}
#endif
#endif
