#include "app/simulate_posting.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "app/path_part.h"
#include "base/bounded_queue.h"
#include "base/mutex.h"
#include "event/json_object.h"

namespace potik::app {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t kListsWaiting = 256;
constexpr int64_t kRetryMs = 100;
constexpr int64_t kRetryMsMost = 5'000;

struct Chunk {
  std::string text;
  size_t lines = 0;
};

struct Question {
  uint32_t viewer = 0;
  std::string user_id;
};

double ms_since(SteadyClock::time_point begun) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - begun).count();
}

double quantile(std::vector<float>& values, double q) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, values.begin() + at);
  return values[static_cast<size_t>(at)];
}

ReceivedList read_list(uint32_t viewer, const std::string& body) {
  ReceivedList list;
  list.viewer = viewer;
  const auto object = event::JsonObject::parse(body);
  if (!object) return list;
  list.request_id = object->text("request_id").value_or("");
  const auto videos = event::json_array_elements(object->raw("videos").value_or("[]"));
  if (!videos) return list;
  for (const std::string& video : *videos) {
    const auto entry = event::JsonObject::parse(video);
    if (entry) list.video_ids.push_back(entry->text("video_id").value_or(""));
  }
  return list;
}

}  // namespace

struct Posting::Impl {
  struct Lane {
    Lane(std::unique_ptr<ServerConnection> server, size_t waiting_max)
        : connection(std::move(server)), chunks(waiting_max) {}
    std::unique_ptr<ServerConnection> connection;
    BoundedQueue<Chunk> chunks;
    Chunk gathering;
    std::thread thread;
  };

  explicit Impl(PostingOptions posting_options) : options(std::move(posting_options)) {}

  void run_lane(Lane& lane) {
    Chunk chunk;
    while (lane.chunks.pop(chunk)) post_chunk(*lane.connection, chunk);
  }
  void run_questions() {
    Question question;
    while (questions.pop(question)) answer(question);
  }
  void post_chunk(ServerConnection& connection, const Chunk& chunk);
  void note_taken(const Chunk& chunk, const ServerAnswer& answer, double ms);
  void note_problem(const ServerAnswer& answer, bool given_up, size_t lines);
  void answer(const Question& question);
  void pause(int64_t ms);

  PostingOptions options;
  std::vector<std::unique_ptr<Lane>> lanes;
  std::unique_ptr<ServerConnection> asking;
  BoundedQueue<Question> questions{kListsWaiting};
  std::thread asker;
  std::atomic<bool> stopping{false};
  std::atomic<bool> failed{false};
  std::atomic<int> repeating{0};  // posts that were refused and wait
  bool finished = false;

  mutable Mutex mutex;
  PostingCounts counts POTIK_GUARDED_BY(mutex);
  std::vector<float> latencies POTIK_GUARDED_BY(mutex);
  std::vector<ReceivedList> received POTIK_GUARDED_BY(mutex);
};

// Until then, or until a stop is asked for.
void Posting::Impl::pause(int64_t ms) {
  std::mutex idle;
  std::condition_variable_any wake;
  std::unique_lock lock(idle);
  ++repeating;
  wake.wait_for(lock, options.stop, std::chrono::milliseconds(ms), [] { return false; });
  --repeating;
}

void Posting::Impl::post_chunk(ServerConnection& connection, const Chunk& chunk) {
  const auto first_try = SteadyClock::now();
  for (int64_t pause_ms = kRetryMs;; pause_ms = std::min(pause_ms * 2, kRetryMsMost)) {
    const auto begun = SteadyClock::now();
    const ServerAnswer answer =
        connection.send("POST", "/v1/events?results=false", "application/x-ndjson", chunk.text);
    // 422 says that every line was a dead letter: taken, and of no use to repeat.
    if (answer.status == 202 || answer.status == 422) {
      note_taken(chunk, answer, ms_since(begun));
      return;
    }
    const bool passing = answer.status == 0 || answer.status == 429 || answer.status >= 500;
    const bool give_up = !passing || failed || options.stop.stop_requested() ||
                         ms_since(first_try) > static_cast<double>(options.give_up_after_ms);
    note_problem(answer, give_up, chunk.lines);
    if (give_up) return;
    const int64_t wait = answer.retry_after_ms > 0 ? answer.retry_after_ms : pause_ms;
    pause(std::min(wait, kRetryMsMost));
  }
}

void Posting::Impl::note_taken(const Chunk& chunk, const ServerAnswer& answer, double ms) {
  const auto object = event::JsonObject::parse(answer.body);
  const auto dead = static_cast<uint64_t>(
      object ? object->integer("dead_letters").value_or(answer.status == 422 ? chunk.lines : 0)
             : 0);
  MutexLock lock(mutex);
  ++counts.requests;
  counts.sent += chunk.lines;
  counts.dead_letters += dead;
  counts.accepted += chunk.lines - std::min<uint64_t>(dead, chunk.lines);
  if (latencies.size() < options.latencies_max) latencies.push_back(static_cast<float>(ms));
}

void Posting::Impl::note_problem(const ServerAnswer& answer, bool given_up, size_t lines) {
  if (given_up && !options.goes_on) failed = true;
  MutexLock lock(mutex);
  ++counts.requests;
  counts.last_problem =
      answer.status == 0 ? answer.body : std::to_string(answer.status) + " " + answer.body;
  if (given_up) {
    counts.lost += lines;
  } else {
    ++counts.retries;
  }
}

void Posting::Impl::answer(const Question& question) {
  if (stopping) return;
  const ServerAnswer answer = asking->send(
      "GET", "/v1/users/" + path_part(question.user_id) + "/recommendations?limit=20", "", "");
  if (answer.status != 200) return;  // the viewer browses on
  ReceivedList list = read_list(question.viewer, answer.body);
  MutexLock lock(mutex);
  ++counts.lists;
  received.push_back(std::move(list));
}

Posting::Posting(const Connect& connect, PostingOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {
  const size_t waiting_max = std::max<size_t>(1, impl_->options.steps_waiting_max);
  for (uint32_t i = 0; i < std::max(1U, impl_->options.connections); ++i) {
    impl_->lanes.push_back(std::make_unique<Impl::Lane>(connect(), waiting_max));
    Impl::Lane& lane = *impl_->lanes.back();
    lane.thread = std::thread([this, &lane] { impl_->run_lane(lane); });
  }
  impl_->asking = connect();
  impl_->asker = std::thread([this] { impl_->run_questions(); });
}

Posting::~Posting() { finish(); }

void Posting::post(const TrafficStep& step) {
  for (const TrafficStep::Line& line : step.lines) {
    Impl::Lane& lane = *impl_->lanes[line.actor % impl_->lanes.size()];
    lane.gathering.text.append(step.text, line.begin, line.end - line.begin);
    ++lane.gathering.lines;
  }
  for (const auto& lane : impl_->lanes) {
    if (lane->gathering.lines == 0) continue;
    // A closed queue cannot be met here: only finish() closes it.
    (void)lane->chunks.push(std::exchange(lane->gathering, Chunk{}));
  }
}

void Posting::ask(uint32_t viewer, std::string user_id) {
  Question question{viewer, std::move(user_id)};
  (void)impl_->questions.try_push(question);
}

std::vector<ReceivedList> Posting::take_lists() {
  MutexLock lock(impl_->mutex);
  return std::exchange(impl_->received, {});
}

PostingCounts Posting::counts() const {
  std::vector<float> latencies;
  PostingCounts counts;
  {
    MutexLock lock(impl_->mutex);
    counts = impl_->counts;
    latencies = impl_->latencies;
  }
  counts.p50_ms = quantile(latencies, 0.5);
  counts.p99_ms = quantile(latencies, 0.99);
  return counts;
}

bool Posting::failed() const { return impl_->failed; }

bool Posting::behind() const { return impl_->repeating > 0; }

void Posting::finish() {
  if (std::exchange(impl_->finished, true)) return;
  impl_->stopping = true;
  impl_->questions.close();
  for (const auto& lane : impl_->lanes) lane->chunks.close();
  for (const auto& lane : impl_->lanes) lane->thread.join();
  impl_->asker.join();
}

}  // namespace potik::app
