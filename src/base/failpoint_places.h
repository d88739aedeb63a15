#pragma once
// Every failpoint there is, in the order of the story of one event, with what can be made to happen
// there. tools/tidy holds the list against the sources, and the matrix test strikes each of them.

#include <array>
#include <cstdint>
#include <string_view>

namespace potik::failpoint {

enum Effect : uint8_t {
  kDies = 1,     // kill: SIGKILL; cut: forgets what was not synced, then SIGKILL; pause: SIGSTOP
  kFails = 2,    // error: the operation is reported as failed, whether it was done or not
  kTears = 4,    // torn: half of the bytes are written, then SIGKILL
  kPlanted = 8,  // on: a bug that the checker of the tests must catch
};

struct Place {
  std::string_view name;
  uint8_t effects;
};

inline constexpr std::array kPlaces{
    // Facts of a database that are written when it is opened for the first time.
    Place{"pin.before", kDies | kFails}, Place{"pin.torn", kTears},
    Place{"pin.after", kDies | kFails},
    // The gateway: a request taken, and answered once it is durable.
    Place{"gateway.take", kDies}, Place{"gateway.acknowledge.before", kDies},
    Place{"gateway.acknowledge.after", kDies}, Place{"gateway.change.acknowledge", kDies},
    // The event log.
    Place{"log.append.before", kDies | kFails}, Place{"log.append.torn", kTears},
    Place{"log.append.after", kDies | kFails}, Place{"kafka.produce.before", kDies | kFails},
    Place{"kafka.produce.torn", kTears}, Place{"kafka.produce.after", kDies | kFails},
    // What was fetched from a cluster, and what is taken of it.
    Place{"kafka.fetch.received", kDies}, Place{"kafka.fetch.kept", kDies},
    Place{"kafka.take.before", kDies | kFails}, Place{"kafka.take.after", kDies | kFails},
    // An epoch: bounded, read, computed, shown, handed to the sinks.
    Place{"journal.append.before", kDies | kFails}, Place{"journal.append.torn", kTears},
    Place{"journal.append.after", kDies | kFails}, Place{"epoch.read", kDies},
    Place{"epoch.computed", kDies}, Place{"cache.publish.before", kDies},
    Place{"cache.publish.after", kDies}, Place{"epoch.hand_over.before", kDies},
    Place{"epoch.hand_over.after", kDies},
    // Alerts.
    Place{"alert.send.before", kDies}, Place{"alert.send.after", kDies},
    // The analytical store: one transaction, the mark of progress in it.
    Place{"store.begin.before", kDies | kFails}, Place{"store.begin.after", kDies | kFails},
    Place{"store.rows.after", kDies | kFails}, Place{"store.mark.before", kDies | kFails},
    Place{"store.mark.after", kDies | kFails}, Place{"store.commit.before", kDies | kFails},
    Place{"store.commit.torn", kTears}, Place{"store.commit.after", kDies | kFails},
    Place{"store.checkpoint.before", kDies}, Place{"store.checkpoint.after", kDies},
    // Results in a cluster: one transaction, the mark of progress in it, which a start reads.
    Place{"kafka.mark.read.before", kDies | kFails}, Place{"kafka.mark.read.after", kDies | kFails},
    Place{"kafka.open.before", kDies | kFails}, Place{"kafka.open.after", kDies | kFails},
    Place{"kafka.begin.before", kDies | kFails}, Place{"kafka.begin.after", kDies | kFails},
    Place{"kafka.send.torn", kTears}, Place{"kafka.mark.before", kDies | kFails},
    Place{"kafka.flush.before", kDies | kFails}, Place{"kafka.flush.after", kDies | kFails},
    Place{"kafka.commit.before", kDies | kFails}, Place{"kafka.commit.after", kDies | kFails},
    // The lists of a cluster in the cache of an API server.
    Place{"kafka.lists.before", kDies}, Place{"kafka.lists.after", kDies},
    // Outcomes and snapshots.
    Place{"outcome.record.before", kDies | kFails}, Place{"outcome.record.torn", kTears},
    Place{"outcome.record.after", kDies | kFails}, Place{"snapshot.write.before", kDies | kFails},
    Place{"snapshot.write.torn", kTears}, Place{"snapshot.write.after", kDies | kFails},
    // Bugs that the checker must catch.
    Place{"plant.commit_before_effect", kPlanted},  // the store's mark, then its rows
    Place{"plant.skip_sync", kPlanted},             // of event log and journal
    Place{"plant.forget_key_group", kPlanted},      // the first that has work
    Place{"plant.drop_dedup", kPlanted},            // a second event of one id counts again
    Place{"plant.emit_twice", kPlanted},            // no mark of progress is looked at
};

}  // namespace potik::failpoint
