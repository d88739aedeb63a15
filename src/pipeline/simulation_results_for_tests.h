#pragma once
// What a simulation has published and stored, compared: with each other, and with what a runner
// that nothing befell makes of the same log and journal.

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "cache/list_json.h"
#include "event/json_object.h"
#include "pipeline/row_digest.h"
#include "pipeline/simulation_check_for_tests.h"
#include "store/row_block_codec.h"
#include "store/row_piece.h"

namespace potik::pipeline::testing {

// One text a result, in order, by stream.
using Results = std::array<std::vector<std::string>, log::kOutputStreams>;

inline std::vector<std::string>& of(Results& results, log::OutputStream stream) {
  return results[static_cast<size_t>(stream)];
}

inline std::string list_text(std::string_view user, Epoch epoch, Partition partition,
                             Offset offset) {
  return std::string(user) + " " + std::to_string(epoch.value()) + " " + at(partition, offset);
}

inline std::string ranked_text(std::string_view video, float score) {
  return " " + std::string(video) + "=" + std::to_string(score);
}

inline std::string rows_text(const store::RowBlock& block) {
  return std::to_string(block.epoch.value()) + " " + digest_rows(block).hex();
}

// Epochs are small here: each is one piece.
inline std::string published_rows_text(const log::MemoryOutputLog::Kept& kept) {
  const auto piece = store::read_piece(kept.value);
  store::RowBlock block;
  if (!piece || piece->count != 1 || !store::read_rows(piece->bytes, block)) return "no rows";
  block.epoch = piece->epoch;
  return rows_text(block);
}

// The results that the rows of the store speak of.
inline Results stored_results(const store::MemoryStore& store) {
  std::map<UserHandle, std::string> users;
  std::map<VideoHandle, std::string> videos;
  for (const store::RowBlock& block : store.blocks()) {
    for (const store::UserRow& row : block.users) users[row.user] = row.user_id;
    for (const store::VideoRow& row : block.videos) videos[row.video] = row.video_id;
  }
  Results results;
  for (const store::RowBlock& block : store.blocks()) {
    for (const store::FactRow& row : block.facts)
      of(results, log::OutputStream::enriched)
          .push_back(std::string(row.event_id) + " " + users[row.user] + " " +
                     (row.video == kNoVideo ? "" : videos[row.video]) + " " +
                     at(row.partition, row.offset) + " " + std::to_string(block.epoch.value()));
    for (const store::ListRow& row : block.lists) {
      std::string text =
          list_text(users[row.user], block.epoch, row.receipt_partition, row.receipt_offset);
      for (size_t i = 0; i < row.videos.size(); ++i)
        text += ranked_text(videos[row.videos[i]], row.scores[i]);
      of(results, log::OutputStream::recommendations).push_back(std::move(text));
    }
    if (!block.empty()) of(results, log::OutputStream::rows).push_back(rows_text(block));
    for (const store::AlertRow& row : block.alerts)
      of(results, log::OutputStream::alerts).push_back(row.alert_id + " " + row.json);
    for (const store::DeadLetterRow& row : block.dead_letters)
      of(results, log::OutputStream::dead_letters)
          .push_back(std::string(row.reason) + " " + at(row.partition, row.offset) + " " +
                     std::string(row.bytes));
  }
  return results;
}

inline std::string published_text(const log::MemoryOutputLog::Kept& kept) {
  if (kept.stream == log::OutputStream::alerts) return kept.key + " " + kept.value;
  if (kept.stream == log::OutputStream::recommendations) {
    const auto list = cache::read_list_record(kept.value);
    if (!list || list->user_id != kept.key) return "no list: " + kept.value;
    std::string text = list_text(list->user_id, list->receipt.epoch, list->receipt.partition,
                                 list->receipt.offset);
    for (const cache::RecommendedVideo& video : list->videos)
      text += ranked_text(video.video_id, video.score);
    return text;
  }
  if (kept.stream == log::OutputStream::rows) return published_rows_text(kept);
  const bool dead = kept.stream == log::OutputStream::dead_letters;
  const auto json = event::JsonObject::parse(dead ? kept.note : kept.value);
  if (!json) return "no JSON: " + kept.value + kept.note;
  const std::string place = std::to_string(json->integer("partition").value_or(-1)) + ":" +
                            std::to_string(json->integer("offset").value_or(-1));
  if (dead) return json->text("reason").value_or("") + " " + place + " " + kept.value;
  return json->text("event_id").value_or("") + " " + kept.key + " " +
         json->text("video_id").value_or("") + " " + place + " " +
         std::to_string(json->integer("epoch").value_or(-1));
}

// Without what no row speaks of: withdrawn lists, and the list for whoever is not known.
inline Results published_results(const log::MemoryOutputLog& outputs) {
  Results results;
  for (const auto& kept : outputs.kept()) {
    if (kept.stream == log::OutputStream::recommendations &&
        (kept.value.empty() || kept.key == cache::kUnknownUserKey))
      continue;
    of(results, kept.stream).push_back(published_text(kept));
  }
  return results;
}

// Each stream has what the store has, in its order.
inline void check_published(const Media& media, Findings& found) {
  if (!media.publish) return;
  const Results stored = stored_results(media.store);
  const Results published = published_results(media.outputs);
  for (size_t i = 0; i < stored.size(); ++i) {
    if (published[i] == stored[i]) continue;
    const auto [here, there] = std::ranges::mismatch(published[i], stored[i]);
    found.push_back("different: stream " +
                    std::string(log::name(static_cast<log::OutputStream>(i))) + " has " +
                    std::to_string(published[i].size()) + " results, the store " +
                    std::to_string(stored[i].size()) + "; first [" +
                    (here == published[i].end() ? "nothing" : *here) + "], stored [" +
                    (there == stored[i].end() ? "nothing" : *there) + "]");
  }
}

// Keeps outcomes as they are, for it is only read; and nothing was published where this run does.
class SettledJournal final : public ForwardingJournal {
 public:
  using ForwardingJournal::ForwardingJournal;
  [[nodiscard]] Status<JournalError> record(const EpochOutcome&) override { return Ok{}; }
  [[nodiscard]] Result<std::optional<std::string>, JournalError> pinned(
      std::string_view) const override {
    return std::optional<std::string>();
  }
};

// Byte for byte what a runner that nothing befell makes of the same log and journal.
inline void check_undisturbed(Media& media, Findings& found) {
  Media calm;
  SettledJournal journal(media.journal);
  RunnerOptions options = without_snapshots();
  options.threads = 1;
  options.enriched = EnrichedForm::both;
  options.sink.own_thread = options.output.own_thread = false;
  ManualClock clock{TimeMs{1'700'000'000'000}};
  cache::MemoryCache cache{{}, clock};
  cache::ListFeed feed{16};
  monitor::AlertBoard alerts{64};
  Runner runner(
      {media.log, journal, calm.snapshots, calm.store, cache, feed, alerts, clock, &calm.outputs},
      CoreOptions{}, options);
  const auto recovered = runner.recover([&](uint64_t, uint64_t) { runner.work_sinks(); });
  if (!recovered) return found.push_back("lost: no second run: " + recovered.error());
  if (!runner.settle()) return found.push_back("lost: no second run");
  const auto same = [](const store::RowBlock& left, const store::RowBlock& right) {
    return left.epoch == right.epoch && digest_rows(left) == digest_rows(right);
  };
  if (!std::ranges::equal(media.store.blocks(), calm.store.blocks(), same))
    found.emplace_back("different: the rows of an undisturbed run");
  if (media.publish && media.outputs.kept() != calm.outputs.kept())
    found.emplace_back("different: the published results of an undisturbed run");
}

inline Findings check(Media& media, const Ledger& ledger) {
  Findings found;
  check_events(media, ledger, found);
  check_dead_letters(media, found);
  check_alerts(media, ledger, found);
  check_epochs(media, found);
  check_published(media, found);
  check_replay(media, found);
  check_undisturbed(media, found);
  return found;
}

}  // namespace potik::pipeline::testing
