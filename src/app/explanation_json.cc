#include "app/explanation_json.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/json_writer.h"

namespace potik::app {
namespace {

using model::Explanation;

// Shortest text of the float itself, as lists have it: as a double it would carry digits that mean
// nothing.
void write_float(JsonWriter& out, std::string_view name, std::optional<float> number) {
  out.key(name);
  if (!number || !std::isfinite(*number)) {
    out.null();
    return;
  }
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), *number);
  out.raw({text.data(), static_cast<size_t>(end.ptr - text.data())});
}

void write_place(JsonWriter& out, const Explanation& why) {
  out.key("rank");
  why.rank == 0 ? out.null() : out.value(why.rank);
  write_float(out, "propensity", why.rank == 0 ? std::nullopt : std::optional(why.propensity));
  out.field("explored", why.explored).field("repeats", why.repeats);
  write_float(out, "utility", why.utility);
  write_float(out, "last_utility", why.last_utility);
  out.field("standing", why.standing).field("candidates", why.candidates).field("named", why.named);
}

void write_sources(JsonWriter& out, const Explanation& why, const model::VideoTable& videos) {
  out.key("sources").begin_array();
  for (const model::SourceNote& note : why.sources) {
    out.begin_object().field("source", cache::name(note.source)).key("place");
    note.place == 0 ? out.null() : out.value(note.place);
    write_float(out, "strength", note.strength);
    out.key("because");
    note.because == kNoVideo ? out.null() : out.value(videos.id(note.because));
    out.end_object();
  }
  out.end_array();
}

void write_part(JsonWriter& out, const model::Part& part) {
  out.begin_object().field("name", part.name);
  write_float(out, "input", part.input);
  write_float(out, "weight", part.weight);
  write_float(out, "product", part.product);
  out.end_object();
}

void write_blend(JsonWriter& out, const Explanation& why) {
  write_float(out, "blend", why.blend);
  out.key("blend_parts").begin_array();
  for (const model::Part& part : why.blend_parts) write_part(out, part);
  out.end_array().key("cut");
  if (!why.cut) {
    out.null();
  } else {
    out.begin_object();
    write_float(out, "blend", why.cut->blend);
    write_float(out, "least", why.cut->least);
    out.end_object();
  }
  out.key("merits").begin_array();
  for (const model::Part& part : why.merits) write_part(out, part);
  out.end_array();
}

void write_heads(JsonWriter& out, const Explanation& why) {
  out.key("heads").begin_array();
  for (size_t head = 0; head < model::kHeads; ++head) {
    out.begin_object().field("head", model::kHeadNames[head]);
    write_float(out, "probability", why.scores.p[head]);
    write_float(out, "weight", why.head_weights[head]);
    out.end_object();
  }
  out.end_array();
}

void write_features(JsonWriter& out, const Explanation& why) {
  out.field("head", model::kHeadNames[static_cast<size_t>(why.head)]);
  out.key("features").begin_array();
  for (const model::FeaturePart& part : why.features) {
    out.begin_object().field("feature", part.name);
    write_float(out, "value", part.value);
    write_float(out, "weight", part.weight);
    write_float(out, "product", part.product);
    out.end_object();
  }
  out.end_array();
}

}  // namespace

std::string explanation_json(const ExplainedPair& pair, const Explanation& explanation,
                             const pipeline::Core& core) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().field("user_id", pair.user_id).field("video_id", pair.video_id);
  out.field("known_user", pair.known_user).field("model_version", core.epoch().value());
  out.field("limit", pair.limit).field("outcome", model::name(explanation.outcome));
  out.key("filters").begin_array();
  for (const model::Filter filter : explanation.filters) out.value(model::name(filter));
  out.end_array();
  write_place(out, explanation);
  write_sources(out, explanation, core.videos());
  write_blend(out, explanation);
  write_heads(out, explanation);
  write_features(out, explanation);
  out.end_object();
  return text;
}

}  // namespace potik::app
