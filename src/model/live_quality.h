#pragma once
// How good the predictions and the lists have been lately. Each exposure counts once: at what was
// predicted ahead of everything that it taught, and with the outcome that is known by now. First as
// a negative; whatever follows moves it, at the same prediction and the same weight. Older
// exposures weigh less (Gama, Sebastiao, Rodrigues 2013, "On evaluating stream learning
// algorithms": prequential evaluation with fading factors), by time and not by number: outcomes
// take a minute, which is nothing beside an hour, and thousands of exposures in dense traffic.
//
// Threads: one writer, in the serial part of an epoch; const methods beside other readers.
// Determinism: depends on the order of calls alone. About 9 KB; 150 ns an exposure.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "model/forecasts.h"

namespace potik::model {

// Of log-odds, each a quarter wide, from -8 to 8; those beyond are in the first and the last.
inline constexpr size_t kBins = 64;
[[nodiscard]] uint8_t bin_of(float probability);

// Weights change by the minute.
inline constexpr int64_t kStepMs = 60'000;
// Half-lives in steps: an hour, and a week.
inline constexpr std::array<uint32_t, 2> kQualityHalfLives{60, 10'080};
inline constexpr std::array<std::string_view, 2> kQualityHorizons{"short", "long"};
inline constexpr size_t kHorizons = kQualityHalfLives.size();

struct HeadQuality {
  double exposures = 0;       // weight of all; the rest is nothing where it is below 1
  double predicted = 0;       // mean probability
  double rate = 0;            // of those that came true
  double log_loss = 0;        // mean, in nats; by bins, so to about .001
  std::optional<double> auc;  // by bins, ties count half; nothing while one label is missing
};
// Exposures whose video stood in the viewer's last list, and those that were a positive.
struct OriginQuality {
  double exposures = 0;
  double hits = 0;
};
struct QualityReport {
  std::array<std::array<HeadQuality, kJudged>, kHorizons> heads{};       // as kJudgedHeads
  std::array<std::array<OriginQuality, kOrigins>, kHorizons> origins{};  // by cache::Source
};

class LiveQuality {
 public:
  // The time of what comes next; an earlier one than before changes nothing.
  void advance(TimeMs now);
  // A viewer is exposed to a video. `labels`, by head, are those that are true at once; `p` was
  // predicted before anything of this exposure was learned.
  void expose(Forecasts& viewer, VideoHandle video, const JudgedScores& p, uint8_t labels,
              uint8_t origin);
  // Heads of the viewer's last exposure to the video that came true. Nothing where it is forgotten
  // or was none.
  void answer(Forecasts& viewer, VideoHandle video, uint8_t labels);

  // Adds what another has counted, as of the later time of both.
  void add(LiveQuality other);
  [[nodiscard]] QualityReport report() const;

  // Whether save() would write what it did not before; forgotten by the call.
  [[nodiscard]] bool take_dirty();
  void save(ByteWriter& out) const;
  // False if the bytes are none of save().
  [[nodiscard]] bool load(ByteReader& in);

 private:
  // Sums of weights that grow: an exposure of step s weighs 2^((s - base) / half-life).
  struct HeadSums {
    std::array<double, kBins> negatives{};
    std::array<double, kBins> positives{};
    double predicted = 0;
  };
  struct Sums {
    uint32_t base = 0;
    std::array<HeadSums, kJudged> heads{};
    std::array<OriginQuality, kOrigins> origins{};
  };
  void advance_to(uint64_t step);
  [[nodiscard]] double weight(size_t horizon, uint32_t step) const;
  void rescale(size_t horizon);
  void confirm(const Forecast& forecast, uint8_t labels);

  uint64_t step_ = 0;  // below 2^32
  std::array<Sums, kHorizons> sums_{};
  bool dirty_ = false;
};

}  // namespace potik::model
