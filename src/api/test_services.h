#pragma once
// In-memory ports behind the API for tests: a real log and group commit, a core that is a few maps,
// a store that answers what it is told to.

#include <atomic>
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "api/services.h"
#include "base/manual_clock.h"
#include "base/mutex.h"
#include "cache/memory_cache.h"
#include "log/memory_log.h"

namespace potik::api {

inline constexpr TimeMs kTestNow{1'800'000'000'000};

// Reads the log on a thread of its own, as the runner does, and keeps users, videos and counts in
// maps. A list is every known video, newest first.
class CoreForTests final : public Recommender, public Inspector, public Progress {
 public:
  CoreForTests(const log::EventLog& log, cache::RecommendationCache& cache, cache::ListFeed& feed);
  ~CoreForTests() override;

  void wake();
  void stop();  // lets go of what waits; before the router goes

  [[nodiscard]] bool recommend(
      const std::string& user_id, size_t limit,
      std::function<void(std::shared_ptr<const cache::RecommendationList>)> done) override;
  void served(const std::string& user_id) override;
  [[nodiscard]] bool similar(
      const std::string& video_id, size_t limit,
      std::function<void(std::optional<std::vector<SimilarVideo>>)> done) override;
  [[nodiscard]] bool explain(const ExplainQuestion& question, Json done) override;
  [[nodiscard]] bool user(const std::string& user_id, Json done) override;
  [[nodiscard]] bool video(const std::string& video_id, Json done) override;
  [[nodiscard]] bool videos(uint32_t after, size_t limit, Json done) override;
  [[nodiscard]] bool when_processed(std::vector<Position> positions,
                                    std::function<void()> done) override;
  [[nodiscard]] bool refused(const Position& position) const override;
  [[nodiscard]] bool has_room() const override { return !is_crowded; }
  [[nodiscard]] uint64_t lag() const override { return pretended_lag; }
  [[nodiscard]] std::string trouble() const override { return is_ready ? "" : "Not ready."; }

  // Switches of the tests.
  std::atomic<uint64_t> pretended_lag{0};
  std::atomic<bool> is_ready{true};
  std::atomic<bool> is_crowded{false};     // no further wait is taken
  std::atomic<bool> is_unreadable{false};  // cold users cannot be looked up
  std::atomic<bool> is_full{false};        // there is no room for a new video
  std::atomic<bool> refuses{false};        // every question and wait is refused
  std::atomic<bool> is_silent{false};      // questions are taken and never answered
  std::atomic<bool> lets_go{false};        // waits are taken and destroyed, as by a core that fails
  std::atomic<uint64_t> served_calls{0};

 private:
  struct Waiting {
    std::vector<Position> positions;
    std::function<void()> done;
  };
  using Task = std::function<void()>;

  bool ask(Task task);
  void run();
  void process_log();
  void process(Partition partition, Offset offset, const log::RecordView& record);
  void finish_waiting();
  [[nodiscard]] bool is_processed(const Waiting& waiting) const;
  [[nodiscard]] std::shared_ptr<const cache::RecommendationList> list_for(
      const std::string& user_id, size_t limit);

  const log::EventLog& log_;
  cache::RecommendationCache& cache_;
  cache::ListFeed& feed_;
  mutable Mutex mutex_;
  Condition changed_;
  std::vector<Task> tasks_ POTIK_GUARDED_BY(mutex_);
  std::vector<Waiting> waiting_ POTIK_GUARDED_BY(mutex_);
  std::set<std::pair<Partition, Offset>> refused_ POTIK_GUARDED_BY(mutex_);
  bool stopping_ POTIK_GUARDED_BY(mutex_) = false;
  bool woken_ POTIK_GUARDED_BY(mutex_) = false;
  // The thread's own.
  std::vector<Offset> next_;
  std::map<std::string, std::string> users_;
  std::map<std::string, std::string> videos_;
  std::map<std::string, cache::Receipt> receipts_;  // by user
  std::set<std::string> served_users_;
  uint64_t epoch_ = 0;
  std::thread thread_;
};

class StoreForTests final : public store::StoreQuery {
 public:
  [[nodiscard]] Result<store::QueryTable, store::StoreFailure> query(
      std::string_view sql, const store::QueryLimits& limits) const override;
  [[nodiscard]] Status<store::StoreFailure> export_parquet(
      const std::string& directory, const std::function<void(size_t, size_t)>& tick) const override;

  std::function<Result<store::QueryTable, store::StoreFailure>(std::string_view)> answer;
  std::chrono::milliseconds export_pause{0};
  mutable std::string exported_to;
};

class TailForTests final : public EventTail {
 public:
  // The same each time: of seven events one, held suspicious.
  [[nodiscard]] TailBatch take() override;
  [[nodiscard]] std::optional<Passed> passed(Partition, Offset) const override { return past; }
  std::optional<Passed> past;
};

class StatsForTests final : public StatsSource {
 public:
  [[nodiscard]] Stats stats() const override;
  mutable std::atomic<uint64_t> calls{0};
};

// Attacks video "v1"; `error`, once set, is what it answers instead.
class DemoForTests final : public Demo {
 public:
  [[nodiscard]] DemoState state() const override;
  [[nodiscard]] Result<DemoState, DemoError> begin_attack(std::string_view kind) override;
  [[nodiscard]] DemoState end_attack() override;
  std::optional<DemoError> error;

 private:
  mutable Mutex mutex_;
  DemoState state_ POTIK_GUARDED_BY(mutex_){.rate = 20, .attack = {}};
};

// Everything make_router() asks for, wired as the application does it.
class ServicesForTests {
 public:
  explicit ServicesForTests(log::GroupCommitOptions commit_options = {},
                            log::EventLog* other_log = nullptr);

  static constexpr log::Layout kLayout{.events = 4};
  ManualClock clock{kTestNow};
  log::MemoryLog memory_log{kLayout.size()};
  log::EventLog& log;
  cache::MemoryCache cache{{}, clock};
  cache::ListFeed feed{4};
  CoreForTests core;
  StoreForTests store;
  StatsForTests stats;
  DemoForTests demo;
  monitor::AlertBoard alerts{100};
  monitor::AlertAttention attention{100};
  TailForTests tail;
  CommentBoard comments{{.listeners_max = 2}};
  StatsHistory history;
  std::atomic<int> attention_changes{0};
  monitor::MetricsRegistry registry;
  ApiMetrics metrics;
  log::GroupCommit commit;

  [[nodiscard]] Services services();
  [[nodiscard]] static Options options();
  // Values of all records in a partition.
  [[nodiscard]] std::vector<std::string> records(Partition partition) const;
};

}  // namespace potik::api
