#include "adapters/redis/list_follower.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "adapters/redis/list_text.h"
#include "cache/list_json.h"

namespace potik::redis {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t kBatchQuestions = 256;
constexpr std::chrono::milliseconds kIdle{500};  // then the connection is tried
// A server that was started anew lacks lists until those who compute them have filled it again.
// Till then a list that it has not is kept here, as better than none.
constexpr std::chrono::seconds kFilledAfter{60};
constexpr int64_t kFirstPauseMs = 50;
constexpr int64_t kPauseMaxMs = 1'000;

}  // namespace

ListFollower::ListFollower(Options options, cache::MemoryCache& cache, cache::ListFeed& feed)
    : options_(std::move(options)), cache_(cache), feed_(feed) {
  thread_ = std::thread([this] { loop(); });
  listener_ = std::make_unique<ChangeListener>(
      options_,
      ListenerCalls{[this](const std::string& run_id) { note_listening(run_id); },
                    [this](std::string_view user, bool erased) { note_change(user, erased); },
                    [this] {
                      metrics_.failures.add();
                      const MutexLock lock(mutex_);
                      listening_ = false;
                      show_up();
                    }});
}

ListFollower::~ListFollower() {
  listener_.reset();
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

bool ListFollower::ask(const std::string& user_id, Done done) {
  {
    const MutexLock lock(mutex_);
    if (!connected_ || stopping_ || asked_.size() >= options_.queue_lists_max) return false;
    asked_.push_back({user_id, Cause::asked, std::move(done)});
  }
  wake_.notify_one();
  return true;
}

ListFollower::ListPointer ListFollower::popular() const {
  const MutexLock lock(mutex_);
  return popular_;
}

std::string ListFollower::trouble() const {
  std::string why;
  {
    const MutexLock lock(mutex_);
    why = trouble_;
  }
  if (why.empty()) why = listener_->trouble();
  return why.empty() ? why
                     : why + ". Lists that are here are answered, others get what is popular.";
}

bool ListFollower::stopping() const {
  const MutexLock lock(mutex_);
  return stopping_;
}

void ListFollower::show_up() { metrics_.up.set(connected_ && listening_ ? 1 : 0); }

void ListFollower::note_listening(const std::string& run_id) {
  {
    const MutexLock lock(mutex_);
    listening_ = true;
    review_wanted_ = true;
    heard_run_id_ = run_id;
    show_up();
  }
  wake_.notify_one();
}

void ListFollower::note_change(std::string_view user_id, bool erased) {
  metrics_.changes.add();
  {
    const MutexLock lock(mutex_);
    if (changed_.size() >= options_.queue_lists_max) {
      // To hear of so many is to look at all; who was erased may not be seen by looking.
      erase_if(changed_, [](const auto& change) { return !change.second; });
      if (changed_.size() >= options_.queue_lists_max) changed_.clear();
      review_wanted_ = true;
    }
    bool& was_erased = changed_[std::string(user_id)];
    was_erased = was_erased || erased;
  }
  wake_.notify_one();
}

void ListFollower::loop() {
  while (!stopping()) {
    if (!connection_) {
      if (pause_ms_ > 0) pause();
      if (!connect()) continue;
    }
    bool idle = false;
    std::vector<Question> questions = next_questions(idle);
    if (stopping()) return;
    add_reviewed(questions);
    if (!questions.empty()) {
      look_up(std::move(questions));
    } else if (!idle) {
      continue;
    } else if (const auto answered = connection_->ask({"PING"}); !answered) {
      fail(answered.error());
    }
  }
}

bool ListFollower::connect() {
  auto opened = Connection::open(options_);
  if (!opened) {
    fail(opened.error());
    return false;
  }
  connection_ = std::move(opened).value();
  review_.emplace_back(cache::kUnknownUserKey);
  const MutexLock lock(mutex_);
  connected_ = true;
  trouble_.clear();
  show_up();
  return true;
}

std::vector<ListFollower::Question> ListFollower::next_questions(bool& idle) {
  std::vector<Question> questions;
  const auto until = SteadyClock::now() + (review_.empty() ? kIdle : std::chrono::milliseconds(0));
  bool review = false;
  {
    const MutexLock lock(mutex_);
    while (asked_.empty() && changed_.empty() && !review_wanted_ && !stopping_) {
      idle = !wake_.wait_until(mutex_, until);
      if (idle) break;
    }
    const size_t taken = std::min(asked_.size(), kBatchQuestions);
    std::move(asked_.begin(), asked_.begin() + static_cast<ptrdiff_t>(taken),
              std::back_inserter(questions));
    asked_.erase(asked_.begin(), asked_.begin() + static_cast<ptrdiff_t>(taken));
    add_changes(questions);
    review = std::exchange(review_wanted_, false);
    if (review && (heard_run_id_.empty() || heard_run_id_ != server_run_id_)) {
      server_run_id_ = heard_run_id_;
      server_since_ = SteadyClock::now();
    }
  }
  if (review) begin_review();
  return questions;
}

// Erases are done before anything is asked anew, so that no list from before comes back behind
// them: what was asked earlier has been answered by now.
void ListFollower::add_changes(std::vector<Question>& questions) {
  while (!changed_.empty() && questions.size() < kBatchQuestions) {
    const auto first = changed_.begin();
    const std::string user_id = first->first;
    const bool erased = first->second;
    changed_.erase(first);
    const bool wanted = user_id == cache::kUnknownUserKey || cache_.peek(user_id) != nullptr ||
                        feed_.is_listened_to(user_id);
    if (erased) {
      metrics_.withdrawn.add();
      cache_.erase(user_id);
    }
    if (wanted) questions.push_back({user_id, Cause::changed, nullptr});
  }
}

void ListFollower::begin_review() {
  metrics_.reviews.add();
  missing_is_erased_ = SteadyClock::now() - server_since_ >= kFilledAfter;
  review_ = feed_.users();
  for (const ListPointer& list : cache_.lists()) review_.push_back(list->user_id);
  review_.emplace_back(cache::kUnknownUserKey);  // the first to be asked for: from the end
}

void ListFollower::add_reviewed(std::vector<Question>& questions) {
  while (!review_.empty() && questions.size() < kBatchQuestions) {
    questions.push_back({std::move(review_.back()), Cause::reviewed, nullptr});
    review_.pop_back();
  }
}

void ListFollower::look_up(std::vector<Question> questions) {
  for (const Question& question : questions)
    connection_->append({"HGET", key_of(options_.prefix, question.user_id), "list"});
  for (size_t i = 0; i < questions.size(); ++i) {
    const auto reply = connection_->reply();
    if (reply && (!reply->is_error() || reply->text().starts_with("WRONGTYPE"))) {
      take(questions[i], *reply);
      continue;
    }
    const std::string why = reply ? "Redis refuses to tell a list: " + std::string(reply->text())
                                  : connection_->trouble();
    for (; i < questions.size(); ++i) {
      Question& question = questions[i];
      if (question.cause == Cause::asked) {
        question.done({nullptr, false});
      } else {
        note_missed();
      }
    }
    return fail(why);
  }
  pause_ms_ = 0;
}

void ListFollower::take(Question& question, const Reply& reply) {
  ListPointer list;
  if (!reply.is_nil()) {
    auto read = cache::read_list_record(reply.text());
    if (read && read->user_id == question.user_id) {
      // Shared, because the cache and those who listen hold it independently.
      list = std::make_shared<const cache::RecommendationList>(std::move(*read));
    }
  }
  if (list) {
    metrics_.lists.add();
    take_list(question, list);
  } else {
    (reply.is_nil() ? metrics_.missing : metrics_.unreadable).add();
    if (question.cause == Cause::reviewed && missing_is_erased_) cache_.erase(question.user_id);
  }
  if (question.cause == Cause::asked) question.done({list, true});
}

void ListFollower::take_list(const Question& question, const ListPointer& list) {
  if (list->user_id == cache::kUnknownUserKey) {
    const MutexLock lock(mutex_);
    if (!popular_ || !cache::is_older(list->receipt, popular_->receipt)) popular_ = list;
    return;
  }
  const ListPointer before = cache_.peek(list->user_id);
  cache_.put(list);
  if (question.cause == Cause::asked) return;
  // Of a review only what is new is worth being told.
  const bool same = before && !cache::is_older(before->receipt, list->receipt);
  if (question.cause == Cause::changed || !same) feed_.publish(list);
}

void ListFollower::note_missed() {
  const MutexLock lock(mutex_);
  review_wanted_ = true;
}

void ListFollower::fail(const std::string& why) {
  connection_.reset();
  pause_ms_ = std::clamp(pause_ms_ * 2, kFirstPauseMs, kPauseMaxMs);
  metrics_.failures.add();
  std::vector<Question> unanswered;
  {
    const MutexLock lock(mutex_);
    trouble_ = why;
    connected_ = false;
    review_wanted_ = review_wanted_ || !review_.empty();
    unanswered.swap(asked_);
    show_up();
  }
  review_.clear();
  for (Question& question : unanswered) question.done({nullptr, false});
}

void ListFollower::pause() {
  const auto until = SteadyClock::now() + std::chrono::milliseconds(pause_ms_);
  const MutexLock lock(mutex_);
  while (!stopping_) {
    if (!wake_.wait_until(mutex_, until)) break;
  }
}

}  // namespace potik::redis
