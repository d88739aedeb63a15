#include "pipeline/settings_pin.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "event/json_object.h"

namespace potik::pipeline {

std::string differences(const std::string& kept, const std::string& wanted) {
  const auto here = event::JsonObject::parse(kept);
  const auto asked = event::JsonObject::parse(wanted);
  if (!here || !asked) return "they cannot be compared";
  std::vector<std::string> names = here->names();
  for (const std::string& name : asked->names()) {
    if (!here->has(name)) names.push_back(name);
  }
  std::string text;
  for (const std::string& name : names) {
    const std::string before = here->raw(name).value_or("not set");
    const std::string now = asked->raw(name).value_or("not set");
    if (before == now) continue;
    text +=
        (text.empty() ? "" : "; ") + name + " is " + before + " here, " + now + " was asked for";
  }
  return text;
}

namespace {

// The first model pinned its settings as "core" alone.
std::string settings_pin(uint32_t model) {
  return model == 1 ? "core" : "core." + std::to_string(model);
}
// The last epoch that earlier models computed, noted by each model that took over; before the
// fourth one under a name for all.
std::string taken_over_pin(uint32_t model) {
  constexpr std::string_view kName = "computed_by_earlier_models";
  return model < 4 ? std::string(kName) : std::string(kName) + "." + std::to_string(model);
}

}  // namespace

Result<Epoch, std::string> computed_by_earlier_models(const EpochJournal& journal) {
  uint64_t last = 0;
  for (uint32_t model = 1; model <= kModelVersion; ++model) {
    const auto found = journal.pinned(taken_over_pin(model));
    if (!found) {
      return Error{std::string("the journal cannot be read: ") +
                   std::string(phrase(found.error()))};
    }
    if (found.value())
      last = std::max<uint64_t>(last, std::strtoull(found.value()->c_str(), nullptr, 10));
  }
  return Epoch(last);
}

// Epochs of an earlier model keep their outputs; from the next one on this model computes.
Status<std::string> check_settings(EpochJournal& journal, const CoreOptions& options) {
  const std::string wanted = options.fingerprint();
  const std::string name = settings_pin(kModelVersion);
  std::string kept;
  bool written = true;
  const auto known = journal.pinned(name);
  for (uint32_t model = 1; known && !known.value() && model < kModelVersion; ++model) {
    const auto earlier = journal.pinned(settings_pin(model));
    if (!earlier || !earlier.value() || !journal.last()) continue;
    written = written && journal
                             .pin(taken_over_pin(kModelVersion),
                                  std::to_string(journal.last()->epoch.value()), kept)
                             .ok();
  }
  if (!known || !written || !journal.pin(name, wanted, kept))
    return Error{std::string("the journal cannot be written; check the disk")};
  if (kept == wanted) return Ok{};
  return Error{
      "the settings of model and detectors differ from those this data directory was made with, "
      "so that its "
      "journal would not replay. Put them back, or start with a new data directory: " +
      differences(kept, wanted) + "."};
}

}  // namespace potik::pipeline
