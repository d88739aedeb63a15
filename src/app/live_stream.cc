#include "app/live_stream.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "store/rows.h"

namespace potik::app {
namespace {

constexpr int64_t kCommentsOfEpoch = 200;
constexpr size_t kRefillComments = 2'000;
constexpr int64_t kRefillTimeoutMs = 5'000;

bool is_suspicious(const store::FactRow& fact) { return (fact.flags & store::kSuspicious) != 0; }

// Where the event of this place stands among its partition's columns; its size if nowhere.
size_t row_of(const pipeline::EventColumns& columns, Offset offset) {
  const auto found = std::ranges::lower_bound(columns.offset, offset);
  if (found == columns.offset.end() || *found != offset) return columns.size();
  return static_cast<size_t>(found - columns.offset.begin());
}

struct Row {
  const pipeline::EventColumns& columns;
  size_t at = 0;
  [[nodiscard]] bool found() const { return at < columns.size(); }
};

Row row_of(const pipeline::EpochBuffer& epoch, Partition partition, Offset offset) {
  const pipeline::EventColumns& columns = epoch.partitions[partition.value()].columns;
  return {columns, row_of(columns, offset)};
}

api::TailEvent tail_event(const pipeline::EpochBuffer& epoch, const pipeline::EpochTimes& times,
                          const store::FactRow& fact, const Row& row) {
  api::TailEvent event;
  event.event_id = fact.event_id;
  event.type = event::name(fact.type);
  event.user_id = row.columns.user_id[row.at];
  event.video_id = row.columns.video_id[row.at];
  event.partition = fact.partition;
  event.offset = fact.offset;
  event.occurred_at = fact.occurred_at;
  event.suspicious = is_suspicious(fact);
  event.verdict = fact.verdict;
  event.epoch = epoch.entry.epoch;
  if ((fact.flags & store::kScored) != 0) event.p_long_watch = fact.p_long_watch;
  event.stages = {row.columns.appended_at[row.at], times.opened, times.computed, times.shown};
  return event;
}

}  // namespace

void LiveStream::observe(const pipeline::EpochBuffer& epoch, const pipeline::EpochTimes& times) {
  {
    const MutexLock lock(mutex_);
    remember(epoch, times);
    sample(epoch, times);
  }
  post_comments(epoch);
}

void LiveStream::remember(const pipeline::EpochBuffer& epoch, const pipeline::EpochTimes& times) {
  PastEpoch next;
  if (past_.size() == kEpochsKept) {
    next = std::move(past_.front());  // and its memory
    past_.pop_front();
  }
  next.epoch = epoch.entry.epoch;
  next.times = times;
  next.ends.assign(epoch.entry.ends.begin(), epoch.entry.ends.end());
  past_.push_back(std::move(next));
}

void LiveStream::sample(const pipeline::EpochBuffer& epoch, const pipeline::EpochTimes& times) {
  batch_.seen += epoch.rows.facts.size();
  const bool wants_suspicious =
      epoch.counts.suspicious > 0 && sampled_suspicious_ < kSuspiciousSample;
  for (const store::FactRow& fact : epoch.rows.facts) {
    if (sampled_ >= kSample && !wants_suspicious) return;
    size_t& taken = is_suspicious(fact) ? sampled_suspicious_ : sampled_;
    if (taken >= (is_suspicious(fact) ? kSuspiciousSample : kSample)) continue;
    const Row row = row_of(epoch, fact.partition, fact.offset);
    if (!row.found()) continue;
    ++taken;
    batch_.events.push_back(tail_event(epoch, times, fact, row));
  }
}

// Details are the facts' own, in their order, so that one walk finds the fact of each comment.
void LiveStream::post_comments(const pipeline::EpochBuffer& epoch) {
  auto fact = epoch.rows.facts.begin();
  const auto count = std::ranges::count_if(epoch.rows.details, [](const store::DetailRow& detail) {
    return !detail.comment_id.empty();
  });
  // In the order in which they were said, as the store tells them after a restart.
  std::vector<std::pair<std::string_view, api::Comment>> said;
  int64_t number = 0;
  for (const store::DetailRow& detail : epoch.rows.details) {
    // Of a flood the last ones: the board would drop the others anyway, and processing waits.
    if (detail.comment_id.empty() || ++number <= count - kCommentsOfEpoch) continue;
    fact = std::find_if(fact, epoch.rows.facts.end(), [&](const store::FactRow& each) {
      return each.offset == detail.offset && each.partition == detail.partition;
    });
    if (fact == epoch.rows.facts.end()) break;
    const Row row = row_of(epoch, detail.partition, detail.offset);
    if (is_suspicious(*fact) || !row.found()) continue;
    said.emplace_back(
        row.columns.video_id[row.at],
        api::Comment{std::string(detail.comment_id), api::author_name(row.columns.user_id[row.at]),
                     std::string(detail.text), fact->occurred_at});
  }
  std::ranges::stable_sort(said, {}, [](const auto& each) { return each.second.occurred_at; });
  for (auto& [video, comment] : said) comments_.put(video, std::move(comment));
}

api::TailBatch LiveStream::take() {
  const MutexLock lock(mutex_);
  sampled_ = 0;
  sampled_suspicious_ = 0;
  return std::exchange(batch_, {});
}

std::optional<LiveStream::Passed> LiveStream::passed(Partition partition, Offset offset) const {
  const MutexLock lock(mutex_);
  const auto holds = [&](const PastEpoch& past) {
    return partition.value() < past.ends.size() && past.ends[partition.value()] > offset;
  };
  const auto found = std::ranges::find_if(past_, holds);
  // Where the first epoch kept begins is not known.
  if (found == past_.end() || found == past_.begin()) return std::nullopt;
  return Passed{found->epoch,
                {TimeMs{}, found->times.opened, found->times.computed, found->times.shown}};
}

void refill_comments(const store::StoreQuery& store, api::CommentBoard& comments) {
  const std::string sql =
      "SELECT video_id, comment_id, user_id, text, epoch_ms(occurred_at) FROM events "
      "WHERE type = 'comment_posted' AND NOT suspicious AND video_id IS NOT NULL "
      "ORDER BY epoch DESC, occurred_at DESC LIMIT " +
      std::to_string(kRefillComments);
  store::QueryLimits limits;
  limits.timeout_ms = kRefillTimeoutMs;
  const auto table = store.query(sql, limits);
  if (!table) return;
  for (auto row = table->rows.rbegin(); row != table->rows.rend(); ++row) {
    const auto cell = [&](size_t column) { return (*row)[column].value_or(""); };
    int64_t ms = 0;
    const std::string time = cell(4);
    std::from_chars(time.data(), time.data() + time.size(), ms);
    comments.put(cell(0), {cell(1), api::author_name(cell(2)), cell(3), TimeMs(ms)});
  }
}

}  // namespace potik::app
