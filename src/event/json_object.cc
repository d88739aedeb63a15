#include "event/json_object.h"

#include <algorithm>
#include <charconv>

#include "event/json_index.h"
#include "event/json_walk.h"

namespace potik::event {
namespace {

// Runs `read` over the indexed text; false if it is not JSON or `read` says so or leaves something
// unread.
template <class Read>
bool walk_whole(std::string_view json, Read&& read) {
  JsonIndex index(json.size());
  if (!index.build(json)) return false;
  JsonWalk walk(json, index);
  return read(walk) && walk.at_end();
}

std::optional<std::string> meaning(std::string_view inside) {
  if (!has_escapes(inside)) return std::string(inside);
  TextArena arena;
  const auto text = unescape(inside, arena);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

}  // namespace

std::optional<JsonObject> JsonObject::parse(std::string_view json) {
  JsonObject object;
  const auto read_member = [&object](JsonWalk& walk) {
    std::string_view spelling;
    if (!walk.take_string(spelling)) return false;
    auto name = meaning(spelling);
    if (!name || !walk.take(':')) return false;
    Member& member = object.members_.emplace_back(Member{std::move(*name), {}});
    return walk.take_value(&member.raw, 1);
  };
  const bool whole = walk_whole(json, [&read_member](JsonWalk& walk) {
    if (!walk.take('{')) return false;
    if (walk.take('}')) return true;
    do {
      if (!read_member(walk)) return false;
    } while (walk.take(','));
    return walk.take('}');
  });
  return whole ? std::optional(std::move(object)) : std::nullopt;
}

std::optional<std::string> JsonObject::raw(std::string_view name) const {
  const auto found = std::find_if(members_.rbegin(), members_.rend(),
                                  [name](const Member& member) { return member.name == name; });
  return found == members_.rend() ? std::nullopt : std::optional(found->raw);
}

bool JsonObject::has(std::string_view name) const { return raw(name).has_value(); }

std::optional<std::string> JsonObject::text(std::string_view name) const {
  const auto json = raw(name);
  if (!json || json->front() != '"') return std::nullopt;
  return meaning(std::string_view(*json).substr(1, json->size() - 2));
}

std::optional<int64_t> JsonObject::integer(std::string_view name) const {
  const auto json = raw(name);
  if (!json || !is_json_number(*json)) return std::nullopt;
  return json_integer(*json);
}

std::optional<double> JsonObject::number(std::string_view name) const {
  const auto json = raw(name);
  double value = 0;
  if (!json || !is_json_number(*json)) return std::nullopt;
  const auto read = std::from_chars(json->data(), json->data() + json->size(), value);
  return read.ec == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<bool> JsonObject::boolean(std::string_view name) const {
  const auto json = raw(name);
  if (json == "true") return true;
  if (json == "false") return false;
  return std::nullopt;
}

std::vector<std::string> JsonObject::names() const {
  std::vector<std::string> names;
  names.reserve(members_.size());
  for (const Member& member : members_) names.push_back(member.name);
  return names;
}

std::optional<std::vector<std::string>> json_array_elements(std::string_view json) {
  std::vector<std::string> elements;
  const bool whole = walk_whole(json, [&elements](JsonWalk& walk) {
    if (!walk.take('[')) return false;
    if (walk.take(']')) return true;
    do {
      if (!walk.take_value(&elements.emplace_back(), 1)) return false;
    } while (walk.take(','));
    return walk.take(']');
  });
  return whole ? std::optional(std::move(elements)) : std::nullopt;
}

}  // namespace potik::event
