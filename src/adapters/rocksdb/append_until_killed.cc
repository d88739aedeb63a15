// The program that durability_test.cc kills. Appends for ever to both partitions of the log in the
// folder given, 1 to 40 records each, and writes the end of both to standard output once it is
// acknowledged.

#include <unistd.h>

#include <vector>

#include "adapters/rocksdb/rocksdb_event_log.h"
#include "log/records_for_tests.h"

int main(int count_of_arguments, char** arguments) {
  if (count_of_arguments != 2) return 1;
  // Small memtables, so that the kill also meets flushes and compactions.
  auto opened = potik::rocksdb::open_event_log(arguments[1], potik::log::Layout::of_events(2),
                                               {.memtable_bytes_max = 256U << 10U});
  if (!opened) return 2;
  potik::log::EventLog& log = *opened.value();
  for (size_t count = 1;; count = count % 40 + 1) {
    const int64_t at = log.end()[0].value();
    const potik::log::RecordsForTests records(at, count);
    const std::vector<potik::log::PartitionAppend> appends{{potik::Partition(0), records.views()},
                                                           {potik::Partition(1), records.views()}};
    if (!log.append(appends).ok()) return 3;
    const int64_t end = at + static_cast<int64_t>(count);
    if (write(STDOUT_FILENO, &end, sizeof end) != sizeof end) return 4;
  }
}
