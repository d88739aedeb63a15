// What a gatherer notes of one video for an explanation.

#include <algorithm>

#include "model/candidates.h"

namespace potik::model {
namespace {

using cache::Source;

uint32_t place_among(const std::vector<float>& all, float own) {
  const auto above = std::ranges::count_if(all, [own](float other) { return other > own; });
  return static_cast<uint32_t>(above) + 1;
}

}  // namespace

// Sums of what is blocked are left from other lists, and are told here.
void CandidateGatherer::watch(VideoHandle video, Explanation& explanation) {
  watched_ = video;
  explanation_ = &explanation;
  explanation.sources.clear();
  RecommendScratch::Mention& met = scratch_.met[video.value()];
  met = {.mark = met.mark};
}

void CandidateGatherer::note_mention(Source source, VideoHandle because, uint32_t place) {
  std::vector<SourceNote>& noted = explanation_->sources;
  const auto same = [&](const SourceNote& other) {
    return other.source == source && other.because == because;
  };
  if (std::ranges::any_of(noted, same)) return;
  SourceNote& mention = noted.emplace_back(SourceNote{source, because, place, std::nullopt});
  if (source == Source::cowatch) {
    mention.strength =
        scratch_.met[watched_.value()].watched * videos_.prior(watched_).watched_norm;
    mention.place = place_among(scratch_.cowatching, *mention.strength);
  } else if (source == Source::factors) {
    mention.strength = models_.factors.closeness(scratch_.search, watched_);
    mention.place = place_among(scratch_.search.closeness, *mention.strength);
  }
}

// scratch.named, of which the first `kept` stay.
void CandidateGatherer::note_cut(size_t kept) {
  const std::span<const Named> all(scratch_.named);
  const auto gone = std::ranges::find(all.subspan(kept), watched_, &Named::video);
  if (gone == all.subspan(kept).end()) return;
  const auto least = std::ranges::min_element(all.first(kept), {}, &Named::blend);
  explanation_->cut = Cut{gone->blend, least->blend};
}

void CandidateGatherer::find_filters(bool repeats) const {
  std::vector<Filter>& out = explanation_->filters;
  if (videos_.at(watched_).deleted) {
    out.push_back(Filter::deleted);
  } else if (!videos_.is_listed(watched_)) {
    out.push_back(Filter::undescribed);
  }
  if (hidden(watched_)) out.push_back(Filter::hidden_author);
  if (left_out(watched_)) out.push_back(Filter::disliked_topic);
  const Watched* const met = taste_.find(watched_);
  const uint8_t flags = met == nullptr ? 0 : met->flags & seen_;
  if ((flags & kDisliked) != 0) out.push_back(Filter::disliked);
  if (repeats) return;
  if ((flags & kPlayed) != 0) {
    out.push_back(Filter::watched);
  } else if ((flags & ~kDisliked) != 0) {
    out.push_back(Filter::shown);
  }
}

void CandidateGatherer::weigh() const {
  Named named{.video = watched_};
  if (!explanation_->sources.empty()) named.source = explanation_->sources.front().source;
  if (known_) return weigh_known(named);
  const float popularity = videos_.prior(watched_).popularity;
  explanation_->blend = unknown_blend(named);
  explanation_->blend_parts = {{"popularity", popularity, 1, popularity}};
  if (named.source == Source::segment) {
    const float bonus = explanation_->blend - popularity;
    explanation_->blend_parts.push_back({"segment", bonus, 1, bonus});
  }
}

// Each summand is the blend with the others' weights at nothing.
void CandidateGatherer::weigh_known(const Named& named) const {
  BlendInputs inputs;
  set_inputs(named, 0, inputs);
  const auto add = [&](std::string_view name, float input, float BlendWeights::* weight) {
    BlendWeights alone{
        .factors = 0, .softmax = 0, .watched = 0, .liked = 0, .recent = 0, .prior = 0};
    alone.*weight = weights_.*weight;
    Lanes8 product;
    blend(alone, inputs, product);
    explanation_->blend_parts.push_back({name, input, weights_.*weight, product[0]});
  };
  add("factors", inputs.factors[0], &BlendWeights::factors);
  add("watched", inputs.watched[0], &BlendWeights::watched);
  add("liked", inputs.liked[0], &BlendWeights::liked);
  add("recent", inputs.recent[0], &BlendWeights::recent);
  add("prior", inputs.prior[0], &BlendWeights::prior);
  Lanes8 sum;
  blend(weights_, inputs, sum);
  explanation_->blend = sum[0];
  Factors input;
  if (!models_.factors.mean_input(scratch_.ring, input)) return;
  const float softmax = log_odds(input, named.video);
  explanation_->blend_parts.push_back(
      {"softmax", softmax, weights_.softmax, weights_.softmax * softmax});
  explanation_->blend += weights_.softmax * softmax;
}

}  // namespace potik::model
