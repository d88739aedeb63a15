#include "recommend/lived_traffic.h"

#include "base/hash.h"
#include "model/feature_context.h"

namespace potik::bench {
namespace {

void remove(const std::bitset<model::kFeatures>& without, model::FeatureRows& rows) {
  for (uint32_t feature = 0; feature < model::kFeatures; ++feature) {
    if (!without[feature]) continue;
    rows.row[feature] = feature;
    const bool viewers = feature < model::kViewerNumbers;
    const size_t place =
        viewers ? feature : model::kViewerNumbers + feature - model::kViewerFeatures;
    const bool number =
        viewers || (feature >= model::kViewerFeatures && place < rows.number.size());
    if (number) rows.number[place] = 0;
  }
}

}  // namespace

LivedTraffic::LivedTraffic(const Traffic& traffic, LiveOptions options)
    : traffic_(traffic),
      options_(options),
      videos_({}),
      ranker_(options.ranker),
      tastes_(traffic.users.size()) {
  for (const TrafficVideo& video : traffic.videos) {
    bool created = false;
    const std::string& id = video.metadata.video_id;
    const VideoHandle handle = videos_.intern(id, hash64(id), created, true);
    videos_.put(handle, video.metadata, traffic.acts.front().at);
  }
  for (const TrafficUser& user : traffic.users)
    segments_.push_back(videos_.intern_segment(user.segment));
}

void LivedTraffic::run(const std::function<void(const LivedAct&)>& before) {
  for (const TrafficAct& act : traffic_.acts) {
    live(act, before);
    if (acts_.size() == options_.epoch_acts) finish_epoch(act.at);
  }
  finish_epoch(traffic_.acts.back().at);
}

void LivedTraffic::live(const TrafficAct& act, const std::function<void(const LivedAct&)>& before) {
  model::Taste& taste = tastes_[act.user];
  // Handles were given in the order of the videos, from 1.
  const model::VideoStats& video = videos_.at(VideoHandle(act.video + 1));
  const uint16_t segment = segments_[act.user];
  model::settle_impressions(taste, videos_, act.at);
  const model::ViewerAct viewed{act.type, &video,      act.watch_ms, act.duration_ms,
                                act.at,   act.request, act.surface,  act.history};
  const model::FeatureContext context(taste, segment, model::exposure_of(taste, viewed));
  model::FeatureRows rows = context.rows(video);
  remove(options_.without, rows);
  before({act, taste, video, segment, ranker_.predict(rows), epoch_});

  const model::Judgement judged = model::apply_act(taste, viewed);
  model::Act& counted = acts_.emplace_back();
  counted.video = video.handle;
  counted.type = act.type;
  counted.positive = judged.positive;
  counted.skip = judged.skip;
  counted.segment = segment;
  counted.at = act.at;
  const model::Example example = model::example_of(judged, rows);
  if (example.known != 0) examples_.push_back(example);
}

void LivedTraffic::finish_epoch(TimeMs now) {
  for (const model::Act& act : acts_) videos_.count(act);
  videos_.finish_epoch(now);
  ranker_.learn(examples_);
  acts_.clear();
  examples_.clear();
  epoch_ = epoch_.next();
}

}  // namespace potik::bench
