#include "app/attention_file.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "app/whole_file.h"
#include "base/json_writer.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

using Entry = monitor::AlertAttention::Entry;

std::string text_of(const std::vector<Entry>& entries) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("attention").begin_array();
  for (const Entry& entry : entries) {
    json.begin_object().field("mute", entry.mute).field("key", entry.key);
    json.field("time_ms", entry.time.value()).end_object();
  }
  json.end_array().end_object();
  return text += '\n';
}

std::vector<Entry> entries_of(std::string_view text) {
  std::vector<Entry> entries;
  const auto file = event::JsonObject::parse(text);
  const auto lines = event::json_array_elements(file ? file->raw("attention").value_or("") : "");
  if (!lines) return entries;
  for (const std::string& line : *lines) {
    const auto entry = event::JsonObject::parse(line);
    const auto key = entry ? entry->text("key") : std::nullopt;
    if (!key) continue;
    entries.push_back({entry->boolean("mute").value_or(false), *key,
                       TimeMs(entry->integer("time_ms").value_or(0))});
  }
  return entries;
}

}  // namespace

AttentionFile::AttentionFile(std::string path, monitor::AlertAttention& attention)
    : path_(std::move(path)), attention_(attention), background_(1, 1) {
  std::ifstream file(path_);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  attention_.restore(entries_of(text));
}

// One that waits already will write this change too.
void AttentionFile::changed() {
  api::Background::Job job = [this] { write(); };
  (void)background_.run(job);
}

void AttentionFile::write() const { (void)write_whole(path_, text_of(attention_.entries())); }

}  // namespace potik::app
