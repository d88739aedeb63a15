#include "api/test_services.h"

#include "api/test_access.h"

#include <cmath>

#include "event/decode.h"

namespace potik::api {

CoreForTests::CoreForTests(const log::EventLog& log, cache::RecommendationCache& cache,
                           cache::ListFeed& feed)
    : log_(log), cache_(cache), feed_(feed), next_(log.end().size()), thread_([this] { run(); }) {}

CoreForTests::~CoreForTests() { stop(); }

void CoreForTests::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  std::vector<Task> tasks;
  std::vector<Waiting> waiting;
  const MutexLock lock(mutex_);  // let go of before them
  tasks.swap(tasks_);
  waiting.swap(waiting_);
}

void CoreForTests::wake() {
  {
    const MutexLock lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

bool CoreForTests::ask(Task task) {
  if (refuses) return false;
  if (is_silent) task = [held = std::move(task)] {};
  {
    const MutexLock lock(mutex_);
    if (stopping_) return false;
    tasks_.push_back(std::move(task));
  }
  changed_.notify_all();
  return true;
}

void CoreForTests::run() {
  while (true) {
    std::vector<Task> tasks;
    {
      const MutexLock lock(mutex_);
      while (!stopping_ && !woken_ && tasks_.empty()) changed_.wait(mutex_);
      if (stopping_) return;
      woken_ = false;
      tasks.swap(tasks_);
    }
    process_log();
    finish_waiting();
    for (const Task& task : tasks) task();
  }
}

void CoreForTests::process_log() {
  log::RecordBlock block;
  for (uint16_t p = 0; p < next_.size(); ++p) {
    while (log_.read(Partition(p), next_[p], log_.end()[p], 1U << 20U, block).ok() &&
           !block.records.empty()) {
      ++epoch_;
      for (const log::RecordView& record : block.records)
        process(Partition(p), record.offset, record);
      next_[p] = block.next;
    }
  }
}

void CoreForTests::process(Partition partition, Offset offset, const log::RecordView& record) {
  const std::string key(record.key);
  switch (record.kind) {
    case log::RecordKind::user_put:
      users_[key] = record.value;
      return;
    case log::RecordKind::user_delete:
      users_.erase(key);
      return;
    case log::RecordKind::video_put:
      if (is_full && !videos_.contains(key)) {
        const MutexLock lock(mutex_);
        refused_.emplace(partition, offset);
        return;
      }
      videos_[key] = record.value;
      return;
    case log::RecordKind::video_delete:
      videos_.erase(key);
      return;
    case log::RecordKind::user_unlearn:
      return;
    case log::RecordKind::event:
      break;
  }
  event::Decoder decoder;
  const auto event = decoder.decode(record.value, record.appended_at);
  if (!event.ok()) return;
  const std::string user(event->user_id);
  receipts_[user] = {partition, offset, event->occurred_at, Epoch(epoch_), kTestNow};
  if (!served_users_.contains(user)) return;
  const auto list = list_for(user, 50);
  cache_.put(list);
  feed_.publish(list);
}

bool CoreForTests::is_processed(const Waiting& waiting) const {
  for (const Position& position : waiting.positions) {
    if (next_[position.partition.value()] <= position.offset) return false;
  }
  return true;
}

void CoreForTests::finish_waiting() {
  std::vector<Waiting> waiting;
  {
    const MutexLock lock(mutex_);
    waiting.swap(waiting_);
  }
  for (Waiting& each : waiting) {
    if (is_processed(each)) {
      each.done();
    } else {
      const MutexLock lock(mutex_);
      waiting_.push_back(std::move(each));
    }
  }
}

std::shared_ptr<const cache::RecommendationList> CoreForTests::list_for(const std::string& user_id,
                                                                        size_t limit) {
  auto list = std::make_shared<cache::RecommendationList>();
  list->user_id = user_id;
  list->known_user = users_.contains(user_id) || receipts_.contains(user_id);
  list->model_version = Epoch(epoch_);
  list->receipt = receipts_[user_id];
  list->receipt.epoch = Epoch(epoch_);
  list->receipt.computed_at = kTestNow;
  for (auto video = videos_.rbegin(); video != videos_.rend() && list->videos.size() < limit;
       ++video) {
    cache::RecommendedVideo one;
    one.video_id = video->first;
    one.source = cache::Source::fresh;
    one.score = 0.1F;
    one.why[0] = {"bias", 0.5F};
    list->videos.push_back(std::move(one));
  }
  return list;
}

bool CoreForTests::recommend(
    const std::string& user_id, size_t limit,
    std::function<void(std::shared_ptr<const cache::RecommendationList>)> done) {
  return ask([this, user_id, limit, done = std::move(done)] {
    if (is_unreadable) return done(nullptr);
    served_users_.insert(user_id);
    const auto list = list_for(user_id, limit);
    cache_.put(list);
    done(list);
  });
}

void CoreForTests::served(const std::string&) { ++served_calls; }

bool CoreForTests::similar(const std::string& video_id, size_t limit,
                           std::function<void(std::optional<std::vector<SimilarVideo>>)> done) {
  return ask([this, video_id, limit, done = std::move(done)] {
    if (!videos_.contains(video_id)) return done(std::nullopt);
    std::vector<SimilarVideo> similar;
    for (const auto& [id, document] : videos_) {
      if (id != video_id && similar.size() < limit) similar.push_back({id, 0.5F});
    }
    done(similar);
  });
}

// What the real one says is held against the schema where it is wired.
bool CoreForTests::explain(const ExplainQuestion& question, Json done) {
  return ask([this, question, done = std::move(done)] {
    if (is_unreadable) return done(Error{InspectionError::unreadable});
    if (!videos_.contains(question.video_id)) return done(Error{InspectionError::unknown});
    const std::string head(kHeadNames[question.head]);
    done("{\"user_id\":\"" + question.user_id + "\",\"video_id\":\"" + question.video_id +
         "\",\"limit\":" + std::to_string(question.limit) + ",\"head\":\"" + head +
         R"(","known_user":false,"model_version":1,"outcome":"not_named","filters":[],"rank":null,
            "propensity":null,"explored":false,"repeats":false,"utility":0.5,"last_utility":null,
            "standing":1,"candidates":0,"named":0,"sources":[],"blend":0,"blend_parts":[],
            "cut":null,"merits":[],"heads":[],"features":[]})");
  });
}

bool CoreForTests::user(const std::string& user_id, Json done) {
  return ask([this, user_id, done = std::move(done)] {
    if (is_unreadable) return done(Error{InspectionError::unreadable});
    const auto found = users_.find(user_id);
    if (found == users_.end()) return done(Error{InspectionError::unknown});
    done("{\"user_id\":\"" + user_id + "\",\"profile\":" + found->second +
         R"(,"version":1,"segment":"","events":0,"plays":0,"long_watches":0,"skips":0,"likes":0,
            "comments":0,"taken_back":0,"quarantined_until":null,"last_event":null,"recent":[]})");
  });
}

bool CoreForTests::video(const std::string& video_id, Json done) {
  return ask([this, video_id, done = std::move(done)] {
    const auto found = videos_.find(video_id);
    if (found == videos_.end()) return done(Error{InspectionError::unknown});
    done("{\"video_id\":\"" + video_id + "\",\"metadata\":" + found->second +
         R"(,"version":1,"impressions":0,"plays":0,"long_watches":0,"skips":0,"likes":0,
            "comments":0,"neighbours":0,"introduction":null})");
  });
}

bool CoreForTests::videos(uint32_t after, size_t limit, Json done) {
  return ask([this, after, limit, done = std::move(done)] {
    std::string out = "{\"videos\":[";
    uint32_t handle = 0;
    size_t listed = 0;
    for (const auto& [id, document] : videos_) {
      if (++handle <= after || listed == limit) continue;
      out.append(listed++ == 0 ? "" : ",").append(document);
    }
    const size_t seen = after + listed;
    done(out + "],\"next\":" + (seen < videos_.size() ? std::to_string(seen) : "null") + "}");
  });
}

bool CoreForTests::when_processed(std::vector<Position> positions, std::function<void()> done) {
  if (refuses) return false;
  if (lets_go) return true;
  {
    const MutexLock lock(mutex_);
    if (stopping_) return false;
    waiting_.push_back({std::move(positions), std::move(done)});
  }
  wake();
  return true;
}

bool CoreForTests::refused(const Position& position) const {
  const MutexLock lock(mutex_);
  return refused_.contains({position.partition, position.offset});
}

Result<store::QueryTable, store::StoreFailure> StoreForTests::query(
    std::string_view sql, const store::QueryLimits&) const {
  if (answer) return answer(sql);
  return store::QueryTable{};
}

Status<store::StoreFailure> StoreForTests::export_parquet(
    const std::string& directory, const std::function<void(size_t, size_t)>& tick) const {
  std::this_thread::sleep_for(export_pause);
  exported_to = directory;
  tick(1, 1);
  return Ok{};
}

TailBatch TailForTests::take() {
  TailEvent event;
  event.event_id = "e1";
  event.type = "video_liked";
  event.user_id = "u1";
  event.video_id = "v1";
  event.suspicious = true;
  event.verdict = store::kLikeRate;
  event.stages = {TimeMs(1), TimeMs(2), TimeMs(3), TimeMs(4)};
  return {7, {event}};
}

Stats StatsForTests::stats() const {
  Stats stats;
  stats.epoch = ++calls;
  stats.events_per_second = 12.5;
  stats.hit_rate = std::nan("");
  stats.partitions.push_back({"potik.events/0", 12, 2});
  stats.memory.push_back({"cache", 10, 100});
  stats.top_videos.push_back({"v1", "Title \"1\"", 3, 2});
  stats.heads.push_back({"like", "short", 10, 0.2, 0.1, 0.3, 0.7});
  stats.heads.push_back({"skip", "long", 0, 0, 0, 0, std::nan("")});
  stats.sources.push_back({"elsewhere", "long", 10, 2});
  stats.newcomers = {.running = 1, .waiting = 2, .reached = 3, .missed = 4, .videos = {}};
  Introduction& introduction = stats.newcomers.videos.emplace_back();
  introduction.video_id = "v2";
  introduction.state = "running";
  introduction.target = 200;
  introduction.started_at = TimeMs(1'700'000'000'000);
  return stats;
}

DemoState DemoForTests::state() const {
  const MutexLock lock(mutex_);
  return state_;
}

Result<DemoState, DemoError> DemoForTests::begin_attack(std::string_view kind) {
  if (error) return Error{*error};
  const MutexLock lock(mutex_);
  state_.attacking = true;
  state_.attack = DemoAttack{std::string(kind), "v1", kTestNow, plus_ms(kTestNow, 120'000)};
  return state_;
}

DemoState DemoForTests::end_attack() {
  const MutexLock lock(mutex_);
  state_.attacking = false;
  return state_;
}

ServicesForTests::ServicesForTests(log::GroupCommitOptions commit_options, log::EventLog* other_log)
    : log(other_log == nullptr ? static_cast<log::EventLog&>(memory_log) : *other_log),
      core(log, cache, feed),
      commit(log, clock, commit_options, [this] { core.wake(); }) {
  metrics.register_in(registry);
}

Services ServicesForTests::services() {
  return {.commit = commit,
          .cache = cache,
          .feed = feed,
          .recommender = core,
          .inspector = core,
          .progress = core,
          .store = store,
          .log = &log,
          .alerts = alerts,
          .attention = attention,
          .registry = registry,
          .stats = stats,
          .live = {tail, comments, history},
          .clock = clock,
          .metrics = metrics,
          .attention_changed = [this] { ++attention_changes; },
          .demo = &demo};
}

Options ServicesForTests::options() {
  Options options;
  options.layout = kLayout;
  options.stats_interval_ms = 20;
  options.router.access = access_for_tests();
  return options;
}

std::vector<std::string> ServicesForTests::records(Partition partition) const {
  std::vector<std::string> values;
  log::RecordBlock block;
  if (!log.read(partition, Offset(0), Offset(100'000), 1U << 30U, block).ok()) return values;
  for (const log::RecordView& record : block.records) values.emplace_back(record.value);
  return values;
}

}  // namespace potik::api
