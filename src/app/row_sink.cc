#include "app/row_sink.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <utility>

#include "app/whole_file.h"

namespace potik::app {
namespace {

constexpr size_t kReadBytes = 8U << 20U;
// Of epochs that wait for a commit, which then does not wait for its rows or its time.
constexpr size_t kPendingBytesMax = 256U << 20U;
constexpr std::chrono::milliseconds kLook{20};

// Nothing where there is no hint, or one of another topic.
std::optional<Offset> read_hint(const RowSinkOptions& options) {
  std::ifstream file(options.hint_path);
  std::string topic;
  int64_t offset = 0;
  if (!(file >> topic >> offset) || topic != options.topic || offset < 0) return std::nullopt;
  return Offset(offset);
}

size_t bytes_of(const pipeline::AssembledEpoch& epoch) {
  size_t bytes = 0;
  for (const std::string& each : epoch.bytes) bytes += each.size();
  return bytes;
}

}  // namespace

RowSink::RowSink(kafka::TopicReader& reader, store::EventStore& store, RowSinkOptions options)
    : reader_(reader),
      store_(store),
      options_(std::move(options)),
      assembler_(store.progress(), {}) {}

std::string RowSink::gap_text(Offset first) const {
  return "topic " + options_.topic + " begins at offset " + std::to_string(first.value()) +
         ", and it was read up to " + std::to_string(next_.load()) +
         ": what was between them was deleted unread, by retention or by hand. To go on without "
         "it, set log.on_gap = \"skip\"; to have all again, publish everything once more for a "
         "sink with a new data directory";
}

// A hint beyond the end is of a topic that was made anew: what is stored of it is passed over.
Status<std::string> RowSink::start() {
  const auto first = reader_.first();
  if (!first)
    return Error{"topic " + options_.topic +
                 " cannot be read: " + std::string(log::phrase(first.error()))};
  const auto hint = read_hint(options_);
  const bool fits = hint && *hint <= reader_.end();
  next_ = fits ? hint->value() : first->value();
  const bool gap = next_ < first->value();
  if (gap && !options_.skip_gap) return Error{gap_text(*first)};
  if (gap) next_ = first->value();
  const Epoch stored = store_.progress();
  const bool cut = !fits && stored == Epoch(0) && *first > Offset(0);
  assembler_ = pipeline::EpochAssembler(
      stored, {.held_bytes_max = options_.held_bytes_max, .begins_midway = gap || cut});
  metrics_.stored_epoch.set(static_cast<double>(stored.value()));
  thread_ = std::thread([this] { loop(); });
  return Ok{};
}

void RowSink::stop() {
  state_.stop();
  if (thread_.joinable()) thread_.join();
}

std::string RowSink::trouble() const {
  std::string own = state_.trouble();
  return own.empty() && !failed_ ? reader_.trouble() : own;
}

uint64_t RowSink::lag() const {
  const int64_t end = std::max(reader_.true_end(), reader_.end()).value();
  return static_cast<uint64_t>(std::max<int64_t>(end - next_.load(), 0));
}

void RowSink::loop() {
  while (!state_.stopped()) {
    if (!read_some()) return;
  }
  if (!pending_.empty() && append()) write_hint(assembler_.needed_from());
}

bool RowSink::fail(std::string why) {
  {
    const MutexLock lock(state_.mutex);
    state_.why_failing = std::move(why);
    state_.stopping = true;
  }
  failed_ = true;
  return false;
}

bool RowSink::read_some() {
  const Offset from(next_.load());
  const auto read = reader_.read(from, kReadBytes, block_);
  if (!read && read.error() == log::LogError::trimmed) {
    const auto first = reader_.first();
    return fail(gap_text(first ? *first : from));
  }
  if (read && !take(block_)) return false;
  if (is_due() && !commit()) return false;
  if (read && block_.next != from) return true;
  if (read) rest();
  if (!read) metrics_.failures.add();
  const auto delay = read ? kLook : std::chrono::milliseconds(options_.commit.retry_delay_ms);
  const std::string why = read ? std::string()
                               : "topic " + options_.topic +
                                     " cannot be read: " + std::string(log::phrase(read.error()));
  static_cast<void>(state_.pause(why, delay));
  return true;
}

// At the end of the topic, with all of it stored: a hint at the last row would count what stands
// behind that, the ends of transactions, as unread when retention takes it.
void RowSink::rest() {
  const Offset next(next_.load());
  if (pending_.empty() && assembler_.held_epochs() == 0 && hinted_ != next) write_hint(next);
}

bool RowSink::take(const log::RecordBlock& block) {
  for (const log::RecordView& record : block.records) {
    metrics_.pieces.add();
    auto given = assembler_.take(record.value, record.offset);
    if (!given)
      return fail("topic " + options_.topic + ", offset " + std::to_string(record.offset.value()) +
                  ": " + given.error().message);
    if (!*given) continue;
    if (pending_.empty()) pending_since_ = SteadyClock::now();
    pending_facts_ += (*given)->rows.facts.size();
    pending_bytes_ += bytes_of(**given);
    pending_.push_back(std::move(**given));
    // Before the next one, so that what is needed from here on is known.
    if (is_due() && !commit()) return false;
  }
  next_ = block.next.value();
  metrics_.held_bytes.set(static_cast<double>(assembler_.held_bytes()));
  return true;
}

bool RowSink::is_due() const {
  if (pending_.empty()) return false;
  return pending_facts_ >= options_.commit.commit_facts || pending_bytes_ >= kPendingBytesMax ||
         SteadyClock::now() - pending_since_ >=
             std::chrono::milliseconds(options_.commit.commit_delay_ms);
}

bool RowSink::commit() {
  while (!append()) {
    if (state_.stopped()) return false;
  }
  write_hint(assembler_.needed_from());
  return true;
}

// After a failure that was none the store has them: its own mark says so.
bool RowSink::append() {
  const auto start = SteadyClock::now();
  std::vector<const store::RowBlock*> blocks;
  for (const pipeline::AssembledEpoch& epoch : pending_) {
    if (epoch.rows.epoch > store_.progress()) blocks.push_back(&epoch.rows);
  }
  if (const auto appended = store_.append(blocks); !appended) {
    metrics_.failures.add();
    static_cast<void>(state_.pause("the analytical store: " + appended.error().message,
                                   std::chrono::milliseconds(options_.commit.retry_delay_ms)));
    return false;
  }
  metrics_.commits.add();
  metrics_.epochs.add(pending_.size());
  metrics_.facts.add(pending_facts_);
  metrics_.stored_epoch.set(static_cast<double>(store_.progress().value()));
  metrics_.commit_seconds.observe(
      std::chrono::duration<double>(SteadyClock::now() - start).count());
  pending_.clear();
  pending_facts_ = pending_bytes_ = 0;
  const MutexLock lock(state_.mutex);
  if (!state_.stopping) state_.why_failing.clear();
  return true;
}

// One that cannot be written costs a longer start.
void RowSink::write_hint(Offset from) {
  hinted_ = from;
  static_cast<void>(
      write_whole(options_.hint_path, options_.topic + ' ' + std::to_string(from.value()) + '\n'));
}

}  // namespace potik::app
