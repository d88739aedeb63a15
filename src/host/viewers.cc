#include "host/viewers.h"

#include <algorithm>

#include "pipeline/exchange.h"

namespace potik::host {
namespace {

constexpr std::string_view kFrames = "these bytes are no frame that viewers take";

}  // namespace

Viewers::Viewers(const Settings& settings)
    : settings_(settings), owned_(settings.owned()), core_(settings.core) {
  buffer_.partitions = std::vector<pipeline::PartitionInput>(settings.layout.size());
}

Done Viewers::push(std::string_view frame) {
  ByteReader in(frame);
  const auto head = take_head(in);
  if (!head) return damaged(std::string(kFrames));
  if (head->kind != FrameKind::bundle) return keep(*head, frame);
  if (!under_way_) return Ok{};  // of an attempt that has ended
  return bundles_.take(in);
}

Done Viewers::keep(const FrameHead& head, std::string_view frame) {
  const bool records = head.kind == FrameKind::records;
  if (!records && head.kind != FrameKind::catalogue) return damaged(std::string(kFrames));
  if (records && (head.key_group == kAllKeyGroups || !settings_.owns(head.key_group)))
    return misuse("records of key group " + std::to_string(head.key_group) +
                  " have come to viewers who do not own it");
  const int64_t over = under_way_ ? slice_under_way_ : slice_;
  if (over == kLogEnded) return at_the_end();
  if (head.slice <= over)
    return damaged("a frame of slice " + std::to_string(head.slice) +
                   " has come after its slice was over");
  if (pending_bytes_ + frame.size() > settings_.waiting_bytes_max)
    return Error{Failure{POTIK_LIMIT, "more than " + std::to_string(settings_.waiting_bytes_max) +
                                          " bytes of records wait for their slice: a partition "
                                          "is far behind the others, or a slice is too long"}};
  pending_bytes_ += frame.size();
  Frame kept{head.key_group, std::string(frame)};
  kept.bytes.append(log::kReadPadding, '\0');
  Slice& slice = pending_[head.slice];
  (records ? slice.records : slice.catalogues).push_back(std::move(kept));
  return Ok{};
}

Done Viewers::advance(int64_t slice) {
  if (waits()) return misuse("frames of judges are awaited");
  if (slice < slice_) return misuse("the slices of viewers only grow");
  if (under_way_) {
    if (auto finished = finish_epoch(); !finished) return finished;
  }
  if (!pending_.empty() && pending_.begin()->first <= slice) {
    auto next = pending_.extract(pending_.begin());
    current_ = std::move(next.mapped());
    return begin_epoch(next.key());
  }
  slice_ = slice;
  return Ok{};
}

// The records of the slice, by partition in log order.
Done Viewers::fill(int64_t slice, pipeline::EpochCatalogue& catalogue, TimeMs& newest) {
  const auto partitions = static_cast<uint16_t>(buffer_.partitions.size());
  catalogue.partitions.resize(partitions);
  for (uint16_t p = 0; p < partitions; ++p) {
    buffer_.partitions[p].block.clear();
    buffer_.partitions[p].block.partition = Partition(p);
  }
  const auto body = [](const Frame& frame) {
    ByteReader in(std::string_view(frame.bytes).substr(0, frame.bytes.size() - log::kReadPadding));
    static_cast<void>(take_head(in));
    return in;
  };
  const auto add = [&](Partition partition, const std::vector<log::RecordView>& records) {
    auto& all = buffer_.partitions[partition.value()].block.records;
    all.insert(all.end(), records.begin(), records.end());
  };
  for (const Frame& frame : current_.catalogues) {
    CatalogueFrame read;
    ByteReader in = body(frame);
    if (!read_catalogue(in, read) || read.partition.value() >= partitions)
      return damaged("a catalogue of slice " + std::to_string(slice) + " is damaged");
    auto& part = catalogue.partitions[read.partition.value()];
    part.records += read.records;
    part.videos.insert(part.videos.end(), read.videos.begin(), read.videos.end());
    part.segments.insert(part.segments.end(), read.segments.begin(), read.segments.end());
    add(read.partition, read.changes);
    newest = std::max(newest, read.newest);
  }
  for (const Frame& frame : current_.records) {
    RecordsFrame read;
    ByteReader in = body(frame);
    if (!read_records(in, read) || read.partition.value() >= partitions)
      return damaged("records of slice " + std::to_string(slice) + " are damaged");
    if (catalogue.partitions[read.partition.value()].records == 0)
      return damaged("records of slice " + std::to_string(slice) +
                     " have come without their catalogue");
    add(read.partition, read.records);
  }
  for (pipeline::PartitionInput& partition : buffer_.partitions)
    std::ranges::stable_sort(partition.block.records, {}, &log::RecordView::offset);
  return Ok{};
}

Done Viewers::begin_epoch(int64_t slice) {
  for (const auto* frames : {&current_.records, &current_.catalogues}) {
    for (const Frame& frame : *frames) pending_bytes_ -= frame.bytes.size() - log::kReadPadding;
  }
  pipeline::EpochCatalogue catalogue;
  TimeMs newest{};
  if (auto filled = fill(slice, catalogue, newest); !filled) return filled;
  buffer_.entry = {core_.epoch().next(), newest, {}, {}};
  // An empty name stands for everyone who acts.
  if (settings_.everyone) buffer_.entry.served.emplace_back();
  buffer_.publish = true;
  buffer_.enriched = settings_.enriched;
  if (!core_.run_viewers(buffer_, catalogue, &saved_, pool_, owned_))
    return damaged("the saved state of a viewer cannot be read");
  put_acts(slice);
  under_way_ = true;
  slice_under_way_ = slice;
  bundles_.begin(core_.epoch(), settings_.sender);
  return Ok{};
}

void Viewers::put_acts(int64_t slice) {
  const SenderHead head{.epoch = core_.epoch(),
                        .time = core_.time(),
                        .videos = core_.videos().size(),
                        .first = settings_.first,
                        .last = settings_.last,
                        .sender = settings_.sender};
  pipeline::ActsByVideo acts;
  acts.fill(buffer_, owned_);
  FrameWriter frames(out_);
  std::string text;
  const auto put = [&](FrameKind kind, uint16_t group) {
    ByteWriter& out = frames.begin({kind, group, slice});
    put_sender(out, head);
    out.raw(text);
    frames.end();
    text.clear();
  };
  for (uint16_t group = 0; group < kKeyGroups; ++group) {
    pipeline::append_acts(text, buffer_, core_.met(), group, acts.of[group]);
    put(FrameKind::acts, group);
  }
  for (uint16_t group = settings_.first; group <= settings_.last; ++group) {
    pipeline::append_viewers(text, buffer_, group);
    put(FrameKind::viewers, group);
  }
}

Done Viewers::finish_epoch() {
  for (const BundleGatherer::Frame& frame : bundles_.viewers()) {
    if (!settings_.owns(frame.key_group) && !pipeline::read_viewers(frame.bytes, buffer_))
      return damaged("a bundle's frame of viewers is damaged");
  }
  for (const BundleGatherer::Frame& frame : bundles_.judged()) {
    if (!pipeline::read_judged(frame.bytes, buffer_, core_.met(), owned_))
      return damaged("a bundle's frame of a judge is damaged");
  }
  if (!pipeline::complete(buffer_) ||
      !pipeline::names_known_videos(buffer_, core_.met(), core_.videos().size()))
    return damaged("the bundles of slice " + std::to_string(slice_under_way_) +
                   " do not hold every act");
  if (!core_.run_model(buffer_, &saved_, pool_, owned_))
    return damaged("the saved state of a viewer cannot be read");
  put_results(slice_under_way_);
  count();
  slice_ = slice_under_way_;
  under_way_ = false;
  bundles_.begin(Epoch(0), settings_.sender);
  return Ok{};
}

void Viewers::put_results(int64_t slice) {
  if (!buffer_.rendered) return;
  std::vector<log::OutputRecord> records;
  for (const pipeline::RenderedPart& part : buffer_.rendered->parts) part.append_records(records);
  FrameWriter frames(out_);
  for (const log::OutputRecord& record : records) {
    ByteWriter& out = frames.begin({FrameKind::result, kAllKeyGroups, slice});
    out.put(record.stream);
    out.text(record.key);
    out.text(record.value);
    out.text(record.note);
    frames.end();
  }
  buffer_.rendered.reset();
}

void Viewers::count() {
  const pipeline::EpochCounts& counts = buffer_.counts;
  total_.accepted += counts.accepted;
  total_.duplicates += counts.duplicates;
  total_.dead_letters += counts.dead_letters;
  total_.suspicious += counts.suspicious;
  total_.user_unknown += counts.user_unknown;
  total_.video_unknown += counts.video_unknown;
  total_.lists += counts.lists;
  total_.alerts += counts.alerts;
  ++epochs_;
}

void Viewers::write_metrics(JsonWriter& out) const {
  out.field("epochs_total", epochs_);
  out.field("accepted_total", total_.accepted);
  out.field("duplicates_total", total_.duplicates);
  out.field("dead_letters_total", total_.dead_letters);
  out.field("suspicious_total", total_.suspicious);
  out.field("user_unknown_total", total_.user_unknown);
  out.field("video_unknown_total", total_.video_unknown);
  out.field("lists_total", total_.lists);
  out.field("alerts_total", total_.alerts);
  out.field("bundles_dropped_total", bundles_.dropped());
  out.field("epoch", core_.epoch().value());
  out.field("viewers", core_.viewers_in_memory());
  out.field("videos", core_.videos().size());
  out.field("pending_bytes", pending_bytes_);
  out.field("bundle_bytes", bundles_.memory_bytes());
}

std::unique_ptr<Part> make_viewers(const Settings& settings) {
  return std::make_unique<Viewers>(settings);
}

}  // namespace potik::host
