#include "model/live_quality.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/elementary.h"
#include "base/stored_numbers.h"

namespace potik::model {
namespace {

constexpr float kNaturalLog = 0.69314718F;
constexpr float kBinsPerLogOdds = 4;
constexpr float kFirstLogOdds = -8;
// Half-lives after which sums are written from a new base: far from what a double or exp2_of()
// cannot hold.
constexpr uint32_t kBaseHalfLives = 32;
constexpr uint32_t kSpansToNothing = 40;  // leave 2^-1280 of any sum

float centre_of(size_t bin) {
  return kFirstLogOdds + (static_cast<float>(bin) + 0.5F) / kBinsPerLogOdds;
}

float loss_of(float log_odds) { return -log2_of(logistic(log_odds)) * kNaturalLog; }

// Far above what weights of up to 2^32 add up to, and below what rounding leaves of nothing.
constexpr double kSumMax = 1e20;
constexpr double kSumMin = -1e6;

double get_sum(ByteReader& in) {
  const auto sum = get_finite<double>(in);
  if (sum < kSumMin || sum > kSumMax) in.fail();
  return sum;
}

// What rounding leaves of a sum that came to nothing.
double whole(double sum) { return std::max(sum, 0.0); }

struct Totals {
  double negatives = 0;
  double positives = 0;
  double ordered = 0;  // pairs of which the positive was predicted higher, equal ones half
  double loss = 0;
};

Totals totals_of(const std::array<double, kBins>& negatives,
                 const std::array<double, kBins>& positives) {
  Totals totals;
  for (size_t bin = 0; bin < kBins; ++bin) {
    const double no = whole(negatives[bin]);
    const double yes = whole(positives[bin]);
    totals.ordered += yes * (totals.negatives + no / 2);
    totals.negatives += no;
    totals.positives += yes;
    totals.loss += yes * static_cast<double>(loss_of(centre_of(bin))) +
                   no * static_cast<double>(loss_of(-centre_of(bin)));
  }
  return totals;
}

}  // namespace

uint8_t bin_of(float probability) {
  const float p = std::clamp(probability, 1e-6F, 1 - 1e-6F);
  const float log_odds = log2_of(p / (1 - p)) * kNaturalLog;
  return static_cast<uint8_t>(std::clamp((log_odds - kFirstLogOdds) * kBinsPerLogOdds, 0.0F,
                                         static_cast<float>(kBins) - 1));
}

// The exponent is exact, so that what is taken back is what was added.
double LiveQuality::weight(size_t horizon, uint32_t step) const {
  const double ahead = static_cast<double>(step) - sums_[horizon].base;
  return static_cast<double>(exp2_of(ahead / kQualityHalfLives[horizon]));
}

// By powers of two, so that it is the same in however many goes.
void LiveQuality::rescale(size_t horizon) {
  Sums& sums = sums_[horizon];
  const uint32_t span = kBaseHalfLives * kQualityHalfLives[horizon];
  const auto spans = static_cast<uint32_t>((step_ - sums.base) / span);
  if (spans == 0) return;
  sums.base += spans * span;
  double factor = 1;
  for (uint32_t i = 0; i < std::min(spans, kSpansToNothing); ++i)
    factor *= static_cast<double>(power_of_two(-static_cast<int>(kBaseHalfLives)));
  for (HeadSums& head : sums.heads) {
    for (double& sum : head.negatives) sum *= factor;
    for (double& sum : head.positives) sum *= factor;
    head.predicted *= factor;
  }
  for (OriginQuality& origin : sums.origins) origin.exposures *= factor, origin.hits *= factor;
}

void LiveQuality::advance(TimeMs now) {
  constexpr int64_t kStepMax = std::numeric_limits<uint32_t>::max();
  advance_to(static_cast<uint64_t>(std::clamp<int64_t>(now.value() / kStepMs, 0, kStepMax)));
}

void LiveQuality::advance_to(uint64_t step) {
  if (step <= step_) return;
  dirty_ = true;
  step_ = step;
  for (size_t horizon = 0; horizon < kHorizons; ++horizon) rescale(horizon);
}

void LiveQuality::expose(Forecasts& viewer, VideoHandle video, const JudgedScores& p,
                         uint8_t labels, uint8_t origin) {
  dirty_ = true;
  Forecast forecast{.video = video, .step = static_cast<uint32_t>(step_), .origin = origin};
  for (size_t head = 0; head < kJudged; ++head) forecast.bins[head] = bin_of(p[head]);
  for (size_t horizon = 0; horizon < kHorizons; ++horizon) {
    Sums& sums = sums_[horizon];
    const double added = weight(horizon, forecast.step);
    for (size_t head = 0; head < kJudged; ++head) {
      sums.heads[head].negatives[forecast.bins[head]] += added;
      sums.heads[head].predicted += added * static_cast<double>(p[head]);
    }
    sums.origins[origin].exposures += added;
  }
  confirm(forecast, labels);
  forecast.labels = labels;
  if (viewer.exposures.size() >= kForecastsMax) viewer.exposures.erase(viewer.exposures.begin());
  viewer.exposures.push_back(forecast);
}

void LiveQuality::answer(Forecasts& viewer, VideoHandle video, uint8_t labels) {
  Forecast* const forecast = viewer.find(video);
  if (forecast == nullptr) return;
  const auto fresh = static_cast<uint8_t>(labels & ~forecast->labels);
  forecast->labels |= fresh;
  confirm(*forecast, fresh);
}

void LiveQuality::confirm(const Forecast& forecast, uint8_t labels) {
  if (labels == 0) return;
  dirty_ = true;
  for (size_t horizon = 0; horizon < kHorizons; ++horizon) {
    Sums& sums = sums_[horizon];
    const double moved = weight(horizon, forecast.step);
    for (size_t head = 0; head < kJudged; ++head) {
      if ((labels & bit(kJudgedHeads[head])) == 0) continue;
      sums.heads[head].negatives[forecast.bins[head]] -= moved;
      sums.heads[head].positives[forecast.bins[head]] += moved;
    }
    if ((labels & bit(Head::positive)) != 0) sums.origins[forecast.origin].hits += moved;
  }
}

// Bases follow from the step alone.
void LiveQuality::add(LiveQuality other) {
  const uint64_t step = std::max(step_, other.step_);
  advance_to(step);
  other.advance_to(step);
  dirty_ = true;
  for (size_t horizon = 0; horizon < kHorizons; ++horizon) {
    Sums& to = sums_[horizon];
    const Sums& from = other.sums_[horizon];
    for (size_t head = 0; head < kJudged; ++head) {
      HeadSums& sums = to.heads[head];
      const HeadSums& more = from.heads[head];
      for (size_t bin = 0; bin < kBins; ++bin) {
        sums.negatives[bin] += more.negatives[bin];
        sums.positives[bin] += more.positives[bin];
      }
      sums.predicted += more.predicted;
    }
    for (size_t origin = 0; origin < kOrigins; ++origin) {
      to.origins[origin].exposures += from.origins[origin].exposures;
      to.origins[origin].hits += from.origins[origin].hits;
    }
  }
}

QualityReport LiveQuality::report() const {
  QualityReport report;
  for (size_t horizon = 0; horizon < kHorizons; ++horizon) {
    const Sums& sums = sums_[horizon];
    const double now = weight(horizon, static_cast<uint32_t>(step_));
    for (size_t head = 0; head < kJudged; ++head) {
      const HeadSums& of_head = sums.heads[head];
      const Totals totals = totals_of(of_head.negatives, of_head.positives);
      HeadQuality& quality = report.heads[horizon][head];
      const double all = totals.negatives + totals.positives;
      quality.exposures = all / now;
      if (quality.exposures < 1) continue;
      quality.predicted = of_head.predicted / all;
      quality.rate = totals.positives / all;
      quality.log_loss = totals.loss / all;
      if (totals.positives >= now && totals.negatives >= now)
        quality.auc = totals.ordered / (totals.positives * totals.negatives);
    }
    for (size_t origin = 0; origin < kOrigins; ++origin) {
      report.origins[horizon][origin] = {whole(sums.origins[origin].exposures) / now,
                                         whole(sums.origins[origin].hits) / now};
    }
  }
  return report;
}

bool LiveQuality::take_dirty() { return std::exchange(dirty_, false); }

void LiveQuality::save(ByteWriter& out) const {
  out.put(step_);
  for (const Sums& sums : sums_) {
    out.put(sums.base);
    for (const HeadSums& head : sums.heads) {
      for (const double sum : head.negatives) out.put(sum);
      for (const double sum : head.positives) out.put(sum);
      out.put(head.predicted);
    }
    for (const OriginQuality& origin : sums.origins)
      out.put(origin.exposures), out.put(origin.hits);
  }
}

bool LiveQuality::load(ByteReader& in) {
  step_ = in.get<uint64_t>();
  if (step_ > std::numeric_limits<uint32_t>::max()) return false;
  for (size_t horizon = 0; horizon < kHorizons; ++horizon) {
    Sums& sums = sums_[horizon];
    sums.base = in.get<uint32_t>();
    const uint32_t span = kBaseHalfLives * kQualityHalfLives[horizon];
    if (sums.base > step_ || step_ - sums.base >= span) return false;
    for (HeadSums& head : sums.heads) {
      for (double& sum : head.negatives) sum = get_sum(in);
      for (double& sum : head.positives) sum = get_sum(in);
      head.predicted = get_sum(in);
    }
    for (OriginQuality& origin : sums.origins) {
      origin.exposures = get_sum(in);
      origin.hits = get_sum(in);
    }
  }
  return in.ok();
}

}  // namespace potik::model
