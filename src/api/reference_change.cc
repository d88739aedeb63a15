#include "api/reference_change.h"

#include <utility>

#include "api/log_failure.h"
#include "api/problem.h"
#include "base/failpoint.h"
#include "event/decode.h"

namespace potik::api {
namespace {

constexpr std::string_view kTooManyWait =
    "Too many changes wait to be processed. Nothing of this request was kept; send it again later.";

// Shared along the chain of callbacks; also keeps the ids, which the submission's records point at.
struct Change {
  std::vector<ReferenceChange> changes;
  Processed result;
  SharedReply reply;
  std::function<void(const SharedReply&, const Processed&)> done;
};

std::unique_ptr<log::Submission> submission_of(Change& change, log::RecordKind kind,
                                               const log::Layout& layout) {
  auto submission = std::make_unique<log::Submission>();
  for (const ReferenceChange& each : change.changes) {
    const Partition partition = layout.of(kind, each.id);
    submission->records.push_back(
        {.partition = partition, .kind = kind, .key = each.id, .value = each.document});
    change.result.positions.push_back({partition, {}});
  }
  return submission;
}

// Answers once: when the change is processed, or when the core lets go of it before. It is in the
// log either way.
class Answer {
 public:
  Answer(const Progress& progress, std::shared_ptr<Change> change)
      : progress_(progress), change_(std::move(change)) {}
  ~Answer() {
    if (change_) change_->done(change_->reply, change_->result);
  }
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;
  void processed() {
    const auto change = std::exchange(change_, nullptr);
    change->result.processed = true;
    const std::vector<Progress::Position>& positions = change->result.positions;
    for (size_t i = 0; i < positions.size(); ++i) {
      if (progress_.refused(positions[i])) change->result.refused.push_back(i);
    }
    change->done(change->reply, change->result);
  }

 private:
  const Progress& progress_;
  std::shared_ptr<Change> change_;
};

void wait_until_processed(Progress& progress, const std::shared_ptr<Change>& change) {
  // Shared because the port's callback is a copyable function. Refused, it answers too.
  const auto answer = std::make_shared<Answer>(progress, change);
  static_cast<void>(
      progress.when_processed(change->result.positions, [answer] { answer->processed(); }));
}

}  // namespace

void apply_changes(const WriteServices& services, const Options& options, log::RecordKind kind,
                   std::string body, std::vector<ReferenceChange> changes, SharedReply reply,
                   std::function<void(const SharedReply&, const Processed&)> done) {
  if (!services.progress.has_room())
    return reply->send(try_later(429, options.retry_after_s, kTooManyWait));
  auto change =
      std::make_shared<Change>(Change{std::move(changes), {}, std::move(reply), std::move(done)});
  auto submission = submission_of(*change, kind, options.layout);
  submission->bytes = std::move(body);
  auto appended = [change, &progress = services.progress,
                   &metrics = services.metrics](Result<std::vector<Offset>, log::LogError> result) {
    if (!result.ok()) return change->reply->send(failure_of(result.error()));
    metrics.changes.add(change->changes.size());
    failpoint::reach("gateway.change.acknowledge");
    for (size_t i = 0; i < result->size(); ++i) change->result.positions[i].offset = (*result)[i];
    wait_until_processed(progress, change);
  };
  if (!services.commit.submit(std::move(submission), std::move(appended))) {
    change->reply->send(queue_full(services.commit, options.retry_after_s));
  }
}

}  // namespace potik::api
