#include "adapters/kafka/ends.h"

#include "adapters/kafka/client.h"
#include "adapters/kafka/topics.h"

namespace potik::kafka {
namespace {

// What an end is depends on the isolation of who asks.
Result<Owned<rd_kafka_t>, std::string> make_reader(const ClientOptions& options,
                                                   const char* isolation) {
  return make_client(RD_KAFKA_CONSUMER, options,
                     {{"group.id", options.name + "-look"},  // demanded, and not used
                      {"enable.auto.commit", "false"},
                      {"isolation.level", isolation}});
}

}  // namespace

Result<std::vector<PartitionEnds>, std::string> look_up_ends(const ClientOptions& options,
                                                             const std::string& topic,
                                                             int32_t partitions) {
  auto committed = make_reader(options, "read_committed");
  if (!committed) return Error{committed.error()};
  auto all = make_reader(options, "read_uncommitted");
  if (!all) return Error{all.error()};
  std::vector<PartitionEnds> found;
  for (int32_t p = 0; p < partitions; ++p) {
    const Place place{{}, topic, p};
    const auto stable = look_up_watermarks(committed->get(), options, place);
    const auto whole = look_up_watermarks(all->get(), options, place);
    const auto& failed = stable ? whole : stable;
    if (!failed)
      return Error{complaint(
          options, "looking up the ends of partition " + std::to_string(p) + " of topic " + topic,
          rd_kafka_err2str(failed.error()))};
    found.push_back({whole->first, stable->end, whole->end});
  }
  return found;
}

}  // namespace potik::kafka
