#pragma once
// What an evaluation found, as plain values. docs/evaluation.md says what each figure means.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "evaluate/bootstrap.h"
#include "evaluate/list_metrics.h"
#include "evaluate/probability_metrics.h"

namespace potik::evaluate {

// The name of the system itself among the methods.
inline constexpr std::string_view kOwnName = "potik";

// One way to make lists.
struct ListMethod {
  std::string name;
  std::array<Estimate, kListMetrics> metrics;
  double coverage50 = 0;          // share of the catalogue in the first 50 places of all lists
  std::vector<double> recall_at;  // [k]: recall at k + 1
};

struct ListReport {
  uint64_t users = 0;      // with something to find
  uint64_t positives = 0;  // distinct (user, video)
  uint64_t list_length = 0;
  std::vector<ListMethod> methods;  // baselines first
};

struct PeriodQuality {
  TimeMs begin;
  ProbabilityQuality quality;
};

// One way to predict one head.
struct HeadReport {
  std::string head;
  std::string method;
  ProbabilityQuality all;
  std::vector<PeriodQuality> periods;  // of a day each, or longer where there would be many
  bool frozen = false;                 // the next two were measured
  ProbabilityQuality frozen_all;       // predicted by the state at the split
  Estimate frozen_gauc;
};

struct Speed {
  uint64_t events = 0;
  double learning_seconds = 0;
  uint64_t lists = 0;
  double list_seconds = 0;  // of one thread, of the live lists
};

struct Report {
  TimeMs split;
  uint64_t users = 0;
  uint64_t videos = 0;
  uint64_t history_impressions = 0;
  uint64_t log_rows = 0;
  uint64_t log_impressions = 0;
  uint64_t measured_impressions = 0;  // from the split on
  uint64_t refused_events = 0;
  uint64_t suspicious_events = 0;
  uint64_t taken_back = 0;   // acts that were counted before their viewer or video was suspicious
  uint64_t attack_acts = 0;  // of RecordedTraffic::attack; among the events
  uint64_t epochs = 0;
  ListReport frozen_lists;
  ListReport live_lists;
  std::vector<HeadReport> heads;
  Speed speed;
};

// The readable form: three tables. Ends with a line end.
[[nodiscard]] std::string report_text(const Report& report);
// One JSON object.
[[nodiscard]] std::string report_json(const Report& report);

}  // namespace potik::evaluate
