#include "app/catalogue_writer.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <thread>

namespace potik::app {
namespace {

// In one submission: far below what the commit's queue holds.
constexpr size_t kChangesAtOnce = 500;

// Where the videos were written; none if they could not be.
using Positions = std::vector<api::Progress::Position>;

std::future<Positions> append(const VideoChange* first, size_t count, const log::Layout& layout,
                              log::GroupCommit& commit) {
  auto submission = std::make_unique<log::Submission>();
  Positions positions;
  for (const VideoChange* change = first; change != first + count; ++change) {
    const auto kind =
        change->json.empty() ? log::RecordKind::video_delete : log::RecordKind::video_put;
    const Partition partition = layout.of(kind, change->id);
    submission->records.push_back({partition, kind, 0, change->id, change->json});
    positions.push_back({partition, Offset{0}});
  }
  auto kept = std::make_shared<std::promise<Positions>>();
  auto future = kept->get_future();
  auto done = [kept, positions](const Result<std::vector<Offset>, log::LogError>& offsets) mutable {
    for (size_t i = 0; offsets.ok() && i < positions.size(); ++i)
      positions[i].offset = (*offsets)[i];
    kept->set_value(offsets.ok() ? std::move(positions) : Positions());
  };
  if (!commit.submit(std::move(submission), done)) kept->set_value({});
  return future;
}

}  // namespace

// The first answer that says something; an empty one if a stop or the taker's failure came first.
template <class Ask>
auto CatalogueWriter::wait_for(const Ask& ask) const {
  constexpr auto kLook = std::chrono::milliseconds(5);
  auto answer = ask();
  while (!answer && !stop_.stop_requested() && ended().ok()) {
    std::this_thread::sleep_for(kLook);
    answer = ask();
  }
  return answer;
}

std::optional<uint32_t> CatalogueWriter::videos_known() { return wait_for(taker_.videos_known()); }

Status<std::string> CatalogueWriter::write(const std::vector<VideoChange>& changes) {
  for (size_t first = 0; first < changes.size() && !stopped(); first += kChangesAtOnce) {
    const size_t count = std::min(kChangesAtOnce, changes.size() - first);
    if (auto written = write_part(changes.data() + first, count); !written) return written;
  }
  return Ok{};
}

Status<std::string> CatalogueWriter::write_part(const VideoChange* first, size_t count) {
  // Waited for to the end, which comes in any case: the records point into the changes.
  auto positions = append(first, count, layout_, commit_).get();
  if (positions.empty())
    return Error{std::string("the videos could not be written to the log; check the disk")};
  if (!wait_for(taker_.taking(std::move(positions)))) return ended();
  return Ok{};
}

}  // namespace potik::app
