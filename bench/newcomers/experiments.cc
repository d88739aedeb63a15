#include "newcomers/experiments.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "base/json_writer.h"
#include "event/json_object.h"

namespace potik::bench {
namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr size_t kFirstFive = 5;
constexpr int kWatches = 3;

app::SimulatedVideo newcomer(uint32_t number, const app::SimulatedCatalogue& catalogue,
                             TimeMs now) {
  app::SimulatedVideo video;
  video.id = "newcomer-" + std::to_string(number);
  video.topic = number % static_cast<uint32_t>(catalogue.topics.size());
  video.duration_ms = 10'000 + static_cast<int32_t>(number) * 1'700 % 20'000;
  JsonWriter json(video.json);
  json.begin_object()
      .field("video_id", video.id)
      .field("author_id", "new-author-" + std::to_string(number))
      .field("title", "New " + std::to_string(number))
      .field("duration_ms", video.duration_ms)
      .field("published_at", now.value());
  json.key("tags").begin_array().value(catalogue.topics[video.topic]).end_array().end_object();
  return video;
}

double liking_of(const LivedLists& lived, uint32_t viewer, uint32_t video) {
  const app::SimulatedVideo& of = lived.catalogue().videos[video];
  return std::clamp(lived.crowd().inclination(viewer, of.topic) + of.appeal, 0.02, 0.98);
}

double mean_liking(const LivedLists& lived, uint32_t viewer, const std::vector<uint32_t>& list) {
  double sum = 0;
  for (const uint32_t video : list) sum += liking_of(lived, viewer, video);
  return list.empty() ? 0 : sum / static_cast<double>(list.size());
}

// Somebody of one interest.
class Enthusiast {
 public:
  Enthusiast(LivedLists& lived, uint32_t topic)
      : lived_(lived), topic_(topic), id_("enthusiast-" + std::to_string(topic)) {}

  ReactionStep look() {
    list_ = lived_.list_of(id_);
    const size_t first = std::min(list_.size(), kFirstFive);
    const auto of_topic = [this](uint32_t video) { return is_of_topic(video); };
    const auto in_list = static_cast<double>(std::ranges::count_if(list_, of_topic));
    const auto in_first =
        static_cast<double>(std::ranges::count_if(std::span(list_).first(first), of_topic));
    const double unseen = static_cast<double>(of_the_topic().size() - met_.size());
    return {.share = list_.empty() ? 0 : in_list / static_cast<double>(list_.size()),
            .first_five = first == 0 ? 0 : in_first / static_cast<double>(first),
            .of_unseen = unseen > 0 ? in_list / unseen : 0};
  }
  void watch() {
    const uint32_t video = next();
    const int32_t length = lived_.catalogue().videos[video].duration_ms;
    lived_.act(id_, event::EventType::video_played, video, length);
  }
  void dislike() { lived_.act(id_, event::EventType::video_disliked, next(), 0); }

 private:
  [[nodiscard]] bool is_of_topic(uint32_t video) const {
    return lived_.catalogue().videos[video].topic == topic_;
  }
  [[nodiscard]] std::vector<uint32_t> of_the_topic() const {
    std::vector<uint32_t> videos;
    for (uint32_t i = 0; i < lived_.catalogue().videos.size(); ++i) {
      if (is_of_topic(i)) videos.push_back(i);
    }
    return videos;
  }
  // What the list offers of the topic, else any of it.
  uint32_t next() {
    std::vector<uint32_t> from = list_;
    std::ranges::copy(of_the_topic(), std::back_inserter(from));
    for (const uint32_t video : from) {
      if (is_of_topic(video) && met_.insert(video).second) return video;
    }
    return from.back();
  }

  LivedLists& lived_;
  uint32_t topic_;
  std::string id_;
  std::vector<uint32_t> list_;
  std::set<uint32_t> met_;
};

void add_share(ReactionStep& sum, const ReactionStep& step, size_t topics) {
  const auto all = static_cast<double>(topics);
  sum.share += step.share / all;
  sum.first_five += step.first_five / all;
  sum.of_unseen += step.of_unseen / all;
}

app::SimulatedCatalogue known_catalogue(uint64_t seed, uint32_t videos) {
  return app::make_catalogue(seed, videos, kLivedStart.value() - 30 * kDayMs);
}

}  // namespace

size_t NewcomersResult::reached() const {
  return static_cast<size_t>(std::ranges::count(rows, model::IntroductionState::reached,
                                                [](const auto& row) { return row.report.state; }));
}
uint32_t NewcomersResult::impressions() const {
  uint32_t sum = 0;
  for (const NewcomerRow& row : rows) sum += row.report.impressions;
  return sum;
}
uint32_t NewcomersResult::positives() const {
  uint32_t sum = 0;
  for (const NewcomerRow& row : rows) sum += row.report.positives;
  return sum;
}

NewcomersResult introduce_videos(const NewcomersOptions& options) {
  LivedLists lived(known_catalogue(options.lived.seed, options.lived.videos), options.lived);
  lived.live(options.warm_up_ms);
  std::vector<uint32_t> published;
  for (uint32_t i = 0; i < options.newcomers; ++i)
    published.push_back(lived.publish(newcomer(i, lived.catalogue(), lived.now())));
  const int64_t step = options.lived.step_ms;
  const auto is_over = [&](uint32_t video) {
    const model::Introduction* report = lived.introduction(video);
    return report != nullptr && report->ended.value() != 0;
  };
  do {
    lived.live(step);
  } while (!std::ranges::all_of(published, is_over));
  NewcomersResult result;
  result.events = lived.events();
  result.viewers = lived.core().viewers_in_memory();
  for (const uint32_t video : published) {
    const model::Introduction& report = *lived.introduction(video);
    const app::SimulatedVideo& of = lived.catalogue().videos[video];
    result.rows.push_back({of.id, lived.catalogue().topics[of.topic], report,
                           ms_between(report.started, report.ended),
                           lived.core().introductions().shows_meanwhile(report)});
  }
  return result;
}

ReactionResult react(app::SimulatedCatalogue catalogue, const ReactionOptions& options) {
  LivedLists lived(std::move(catalogue), options.lived);
  lived.live(options.warm_up_ms);
  ReactionResult result;
  result.topics = lived.catalogue().topics.size();
  result.watches.resize(kWatches + 1);
  for (uint32_t topic = 0; topic < result.topics; ++topic) {
    Enthusiast viewer(lived, topic);
    for (int watches = 0;; ++watches) {
      add_share(result.watches[static_cast<size_t>(watches)], viewer.look(), result.topics);
      if (watches == kWatches) break;
      viewer.watch();
    }
    viewer.dislike();
    const ReactionStep after = viewer.look();
    add_share(result.disliked, after, result.topics);
    result.lists_with_disliked += after.share > 0 ? 1 : 0;
  }
  return result;
}

FirstListsResult welcome(app::SimulatedCatalogue catalogue, const ReactionOptions& options,
                         uint32_t viewers) {
  LivedLists lived(std::move(catalogue), options.lived);
  lived.live(options.warm_up_ms);
  FirstListsResult result;
  result.liking.resize(kFirstVideos + 1);
  constexpr uint32_t kNobodyYet = 10'000'000;
  for (uint32_t i = 0; i < viewers; ++i) {
    const uint32_t viewer = kNobodyYet + i;
    const std::string id = "first-" + std::to_string(i);
    CounterRandom random(options.lived.seed, viewer, 100);
    for (size_t met = 0; met <= kFirstVideos; ++met) {
      const std::vector<uint32_t> list = lived.list_of(id);
      result.liking[met] += mean_liking(lived, viewer, list) / viewers;
      const uint32_t video = list.front();
      const bool likes = random.uniform() < liking_of(lived, viewer, video);
      const int32_t length = lived.catalogue().videos[video].duration_ms;
      lived.act(id, event::EventType::video_played, video, likes ? length : length / 6);
    }
    std::vector<uint32_t> all(lived.catalogue().videos.size());
    for (uint32_t video = 0; video < all.size(); ++video) all[video] = video;
    result.any += mean_liking(lived, viewer, all) / viewers;
    std::ranges::sort(all, std::greater<>(),
                      [&](uint32_t video) { return liking_of(lived, viewer, video); });
    all.resize(std::min(all.size(), options.lived.list_length));
    result.best += mean_liking(lived, viewer, all) / viewers;
  }
  return result;
}

app::SimulatedCatalogue page_catalogue(const std::string& path) {
  app::SimulatedCatalogue catalogue;
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto whole = event::JsonObject::parse(text);
  if (!whole) return catalogue;
  const auto clips = event::json_array_elements(whole->raw("clips").value_or("[]"));
  for (const std::string& element : clips.value_or(std::vector<std::string>{})) {
    const auto clip = event::JsonObject::parse(element);
    if (!clip) continue;
    const std::string topic = clip->text("topic").value_or("");
    const int64_t variant = clip->integer("variant").value_or(0) + 1;
    std::string json;
    JsonWriter out(json);
    out.begin_object()
        .field("video_id", topic + "-" + std::to_string(variant))
        .field("author_id", clip->text("author").value_or(""))
        .field("title", clip->text("uk").value_or(""))
        .field("duration_ms", clip->integer("seconds").value_or(0) * 1'000)
        .field("published_at", kLivedStart.value() - 30 * kDayMs);
    out.key("tags").begin_array().value(topic).end_array().end_object();
    app::add_video(catalogue, json, 1);
  }
  return catalogue;
}

}  // namespace potik::bench
