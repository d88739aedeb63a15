#include "evaluate/evaluation.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "evaluate/baselines.h"
#include "evaluate/core_driver.h"
#include "evaluate/head_reports.h"
#include "evaluate/list_tally.h"

namespace potik::evaluate {
namespace {

using Clock = std::chrono::steady_clock;
constexpr size_t kUsersAtOnce = 4'096;  // whose frozen lists are held at one time

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// What there is to find from the split on.
struct Targets {
  std::vector<std::vector<uint32_t>> of_user;  // videos by user, in order of the first positive
  std::vector<bool> first_positive;            // by impression
  std::vector<double> worth;                   // by video
  std::vector<uint32_t> number;                // by user: among those with a target
  size_t users = 0;
  uint64_t positives = 0;
};

Targets find_targets(const RecordedTraffic& traffic, TimeMs split) {
  Targets targets{std::vector<std::vector<uint32_t>>(traffic.users.size()),
                  std::vector<bool>(traffic.log.size()),
                  std::vector<double>(traffic.videos.size()),
                  std::vector<uint32_t>(traffic.users.size()),
                  0,
                  0};
  SeenVideos liked(traffic.users.size());
  std::vector<uint64_t> counts(traffic.videos.size());
  for (size_t i = 0; i < traffic.log.size(); ++i) {
    const Impression& impression = traffic.log[i];
    if (!impression.positive || impression.at < split) continue;
    if (liked.contains(impression.user, impression.video)) continue;
    liked.add(impression.user, impression.video);
    auto& own = targets.of_user[impression.user];
    if (own.empty()) targets.number[impression.user] = static_cast<uint32_t>(targets.users++);
    own.push_back(impression.video);
    targets.first_positive[i] = true;
    ++targets.positives;
    ++counts[impression.video];
  }
  for (size_t video = 0; video < counts.size(); ++video)
    targets.worth[video] = debiased_worth(counts[video]);
  return targets;
}

TimeMs default_split(const RecordedTraffic& traffic) {
  if (traffic.log.empty()) return TimeMs{};
  return traffic.log[traffic.history.empty() ? traffic.log.size() * 4 / 5 : 0].at;
}

size_t place_of(std::span<const uint32_t> list, uint32_t video) {
  const auto found = std::ranges::find(list, video);
  return found == list.end() ? kUnranked : static_cast<size_t>(found - list.begin());
}

class Evaluation {
 public:
  Evaluation(const RecordedTraffic& traffic, const pipeline::CoreOptions& core,
             const EvaluationOptions& options, const EvaluationSinks& sinks)
      : traffic_(traffic),
        options_(options),
        sinks_(sinks),
        split_(options.split.value_or(default_split(traffic))),
        targets_(find_targets(traffic, split_)),
        driver_(traffic, core, {options.threads, options.epoch_events_max},
                [this](uint32_t impression, const store::FactRow& row) {
                  if ((row.flags & store::kScored) != 0) heads_.set_live(impression, row);
                }),
        rates_(traffic.users.size(), traffic.videos.size()),
        seen_(traffic.users.size()),
        heads_(traffic, split_) {
    if (options.baselines) baselines_ = list_baselines(traffic.users.size(), traffic.videos.size());
    frozen_tallies_ = tallies(options.frozen_list_length);
    live_tallies_ = tallies(options.live_list_length);
    total_ = traffic.reference.size() + traffic.history.size() + 2 * traffic.log.size() +
             targets_.positives;
  }

  Report run() {
    const auto begin = Clock::now();
    learn_what_was_before();
    for (const Happening& happening : happenings(traffic_.log)) {
      tell_attack(happening.at);
      if (!frozen_ && happening.at >= split_) freeze();
      happening.outcome ? tell_outcome(traffic_.log[happening.impression])
                        : show(happening.impression);
      step(1);
    }
    if (!frozen_) freeze();
    driver_.end_epoch();
    report_.speed.learning_seconds = seconds_since(begin) - aside_seconds_;
    write_scores();
    return finish();
  }

 private:
  std::vector<ListTally> tallies(size_t list_length) const {
    std::vector<ListTally> all;
    const auto add = [&](std::string_view name) {
      all.emplace_back(std::string(name), targets_.users, traffic_.videos.size(), list_length);
    };
    for (const auto& baseline : baselines_) add(baseline->name());
    add(kOwnName);
    return all;
  }

  void learn_what_was_before() {
    for (const ReferenceRecord& record : traffic_.reference) driver_.put(record), step(1);
    driver_.end_epoch();
    for (uint32_t i = 0; i < traffic_.history.size(); ++i) {
      const Impression& impression = traffic_.history[i];
      driver_.add_history(impression, i);
      note_shown(impression);
      note_outcome(impression);
      step(1);
    }
  }

  void note_shown(const Impression& impression) {
    const auto begin = Clock::now();
    seen_.add(impression.user, impression.video);
    aside_seconds_ += seconds_since(begin);
  }

  void note_outcome(const Impression& impression) {
    const auto begin = Clock::now();
    rates_.learn(impression);
    for (const auto& baseline : baselines_) baseline->learn(impression);
    aside_seconds_ += seconds_since(begin);
  }

  void show(uint32_t index) {
    const Impression& impression = traffic_.log[index];
    // Before every showing, not before the queries alone: else how fresh the model is would tell a
    // first positive from another row.
    if (impression.at >= split_) driver_.end_epoch();
    if (targets_.first_positive[index]) query(impression);
    heads_.set_rates(index, rates_.predict(impression));
    driver_.show(impression, index);
    note_shown(impression);
  }

  void tell_outcome(const Impression& impression) {
    driver_.tell_outcome(impression);
    note_outcome(impression);
  }

  // What attackers did before that time; nobody looks at it but the system itself.
  void tell_attack(TimeMs until) {
    while (attacked_ < traffic_.attack.size() && traffic_.attack[attacked_].outcome_at < until)
      driver_.tell_outcome(traffic_.attack[attacked_++]);
  }

  // The list of the moment before the row, which is the next that will be learned.
  void query(const Impression& impression) {
    const auto begin = Clock::now();
    const auto list =
        driver_.ranked_for(impression.user, options_.live_list_length, model::Horizon::now, 0);
    report_.speed.list_seconds += seconds_since(begin);
    ++report_.speed.lists;
    const auto add = [&](ListTally& tally, size_t rank) {
      const Wanted wanted{rank < options_.live_list_length ? rank : kUnranked,
                          targets_.worth[impression.video]};
      tally.add(targets_.number[impression.user], std::span(&wanted, 1));
    };
    add(live_tallies_.back(), place_of(list, impression.video));
    live_tallies_.back().cover(list);
    if (sinks_.live_list) sinks_.live_list(impression, list);
    scores_.resize(traffic_.videos.size());
    for (size_t i = 0; i < baselines_.size(); ++i) {
      baselines_[i]->score(impression.user, impression.at, scores_);
      add(live_tallies_[i], rank_unseen(scores_, seen_.of(impression.user), impression.video));
    }
    aside_seconds_ += seconds_since(begin);
    step(1);
  }

  // The split: everything that is measured with the state of this moment.
  void freeze() {
    driver_.end_epoch();
    const auto begin = Clock::now();
    frozen_ = true;
    std::vector<uint32_t> users;
    for (uint32_t user = 0; user < traffic_.users.size(); ++user) {
      const bool wanted = !targets_.of_user[user].empty();
      if (wanted || (sinks_.frozen_list && driver_.knows(user))) users.push_back(user);
    }
    for (size_t first = 0; first < users.size(); first += kUsersAtOnce)
      rank_frozen(std::span(users).subspan(first, std::min(kUsersAtOnce, users.size() - first)));
    for (uint32_t i = 0; i < traffic_.log.size(); ++i) {
      model::Scores scores;
      if (traffic_.log[i].at >= split_ && driver_.predict(traffic_.log[i], scores))
        heads_.set_frozen(i, scores);
    }
    aside_seconds_ += seconds_since(begin);
  }

  void rank_frozen(std::span<const uint32_t> users) {
    std::vector<std::vector<uint32_t>> lists(users.size());
    const auto make = [&](size_t method) {
      std::vector<std::vector<double>> scores(driver_.pool().size(),
                                              std::vector<double>(traffic_.videos.size()));
      driver_.pool().run(users.size(), [&](size_t i, size_t worker) {
        const uint32_t user = users[i];
        if (method == baselines_.size()) {
          lists[i] =
              driver_.ranked_for(user, options_.frozen_list_length, model::Horizon::days, worker);
          return;
        }
        if (targets_.of_user[user].empty()) return;
        baselines_[method]->score(user, split_, scores[worker]);
        lists[i] = best_unseen(scores[worker], seen_.of(user), options_.frozen_list_length);
      });
    };
    for (size_t method = 0; method < frozen_tallies_.size(); ++method) {
      make(method);
      for (size_t i = 0; i < users.size(); ++i)
        tally_frozen(frozen_tallies_[method], users[i], lists[i]);
    }
    for (size_t i = 0; sinks_.frozen_list && i < users.size(); ++i)
      sinks_.frozen_list(users[i], lists[i]);
  }

  void tally_frozen(ListTally& tally, uint32_t user, std::span<const uint32_t> list) const {
    std::vector<Wanted> wanted;
    for (const uint32_t video : targets_.of_user[user])
      wanted.push_back({place_of(list, video), targets_.worth[video]});
    if (wanted.empty()) return;
    tally.add(targets_.number[user], wanted);
    tally.cover(list);
  }

  void write_scores() {
    if (!sinks_.score) return;
    for (uint32_t i = 0; i < traffic_.log.size(); ++i) {
      if (const auto p = heads_.live(i)) sinks_.score(traffic_.log[i], *p);
    }
  }

  ListReport list_report(const std::vector<ListTally>& tallies, size_t length,
                         const Resamples& resamples) const {
    ListReport report{targets_.users, targets_.positives, length, {}};
    for (const ListTally& tally : tallies)
      report.methods.push_back(tally.method(resamples, catalogue()));
    return report;
  }

  // Videos with metadata; all that occur where none has any.
  [[nodiscard]] size_t catalogue() const {
    const auto described = static_cast<size_t>(
        std::ranges::count(traffic_.reference, log::RecordKind::video_put, &ReferenceRecord::kind));
    return described > 0 ? described : traffic_.videos.size();
  }

  Report finish() {
    const Resamples resamples(targets_.users, options_.resamples);
    report_.frozen_lists = list_report(frozen_tallies_, options_.frozen_list_length, resamples);
    report_.live_lists = list_report(live_tallies_, options_.live_list_length, resamples);
    report_.heads = heads_.reports(options_.resamples, options_.baselines);
    report_.split = split_;
    report_.users = traffic_.users.size();
    report_.videos = catalogue();
    report_.history_impressions = traffic_.history.size();
    report_.log_rows = traffic_.log_rows;
    report_.log_impressions = traffic_.log.size();
    report_.measured_impressions = static_cast<uint64_t>(
        std::ranges::count_if(traffic_.log, [&](const Impression& i) { return i.at >= split_; }));
    report_.refused_events = driver_.refused();
    report_.suspicious_events = driver_.suspicious();
    report_.taken_back = driver_.taken_back();
    report_.attack_acts = attacked_;
    report_.epochs = driver_.epochs();
    report_.speed.events = driver_.events();
    if (sinks_.progress) sinks_.progress(total_, total_);
    return std::move(report_);
  }

  void step(uint64_t more) {
    done_ += more;
    if (sinks_.progress && done_ % 256 == 0) sinks_.progress(done_, total_);
  }

  const RecordedTraffic& traffic_;
  const EvaluationOptions& options_;
  const EvaluationSinks& sinks_;
  TimeMs split_;
  Targets targets_;
  CoreDriver driver_;
  RateBaselines rates_;
  SeenVideos seen_;
  HeadReports heads_;
  std::vector<std::unique_ptr<ListBaseline>> baselines_;
  std::vector<ListTally> frozen_tallies_;  // beside baselines_, the system itself last
  std::vector<ListTally> live_tallies_;
  std::vector<double> scores_;
  Report report_;
  double aside_seconds_ = 0;  // spent on anything but learning
  size_t attacked_ = 0;       // of traffic_.attack, told
  uint64_t done_ = 0;
  uint64_t total_ = 0;
  bool frozen_ = false;
};

}  // namespace

Report evaluate(const RecordedTraffic& traffic, const pipeline::CoreOptions& core,
                const EvaluationOptions& options, const EvaluationSinks& sinks) {
  return Evaluation(traffic, core, options, sinks).run();
}

}  // namespace potik::evaluate
