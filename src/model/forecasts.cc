#include "model/forecasts.h"

#include <algorithm>

#include "model/live_quality.h"

namespace potik::model {

void Forecasts::offer(const cache::RecommendationList& list) {
  offers.clear();
  offers.reserve(std::min(kOffersMax, list.videos.size()));
  for (const cache::RecommendedVideo& video : list.videos) {
    if (offers.size() == kOffersMax) return;
    offers.push_back({video.video, video.source});
  }
}

uint8_t Forecasts::origin_of(VideoHandle video) const {
  const auto found = std::ranges::find(offers, video, &Offer::video);
  return found == offers.end() ? kElsewhere : static_cast<uint8_t>(found->source);
}

Forecast* Forecasts::find(VideoHandle video) {
  const auto found = std::find_if(exposures.rbegin(), exposures.rend(),
                                  [&](const Forecast& each) { return each.video == video; });
  return found == exposures.rend() ? nullptr : &*found;
}

void Forecasts::save(ByteWriter& out) const {
  if (exposures.empty() && offers.empty()) return;
  out.put(static_cast<uint8_t>(exposures.size()));
  for (const Forecast& each : exposures) {
    out.put(each.video.value());
    out.put(each.step);
    for (const uint8_t bin : each.bins) out.put(bin);
    out.put(each.labels);
    out.put(each.origin);
  }
  out.put(static_cast<uint8_t>(offers.size()));
  for (const Offer& each : offers) {
    out.put(each.video.value());
    out.put(static_cast<uint8_t>(each.source));
  }
}

bool Forecasts::load(ByteReader& in) {
  const size_t exposed = in.get<uint8_t>();
  if (exposed > kForecastsMax) return false;
  exposures.resize(exposed);
  for (Forecast& each : exposures) {
    each.video = VideoHandle(in.get<uint32_t>());
    each.step = in.get<uint32_t>();
    for (uint8_t& bin : each.bins) bin = in.get<uint8_t>();
    each.labels = in.get<uint8_t>();
    each.origin = in.get<uint8_t>();
    const bool sane = std::ranges::all_of(each.bins, [](uint8_t bin) { return bin < kBins; });
    if (!in.ok() || !sane || each.origin >= kOrigins) return false;
  }
  const size_t offered = in.get<uint8_t>();
  if (offered > kOffersMax) return false;
  offers.resize(offered);
  for (Offer& each : offers) {
    each.video = VideoHandle(in.get<uint32_t>());
    const auto source = in.get<uint8_t>();
    if (!in.ok() || source >= cache::kSourceNames.size()) return false;
    each.source = cache::Source(source);
  }
  return exposed + offered > 0;
}

size_t Forecasts::memory_bytes() const {
  return exposures.capacity() * sizeof(Forecast) + offers.capacity() * sizeof(Offer);
}

}  // namespace potik::model
