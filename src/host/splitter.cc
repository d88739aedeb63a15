// The splitter: records of a partition to the key groups of their viewers, and what every copy of
// the model must know of them.

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_set>

#include "host/frame_io.h"
#include "host/settings.h"
#include "pipeline/epoch_input.h"

namespace potik::host {
namespace {

bool is_of_video(log::RecordKind kind) {
  return kind == log::RecordKind::video_put || kind == log::RecordKind::video_delete;
}

class Splitter final : public Part {
 public:
  explicit Splitter(const Settings& settings) : partitions_(settings.layout.size()) {}

  Done push(std::string_view frame) override;
  Done advance(int64_t slice) override {
    if (slice < slice_) return misuse("the slices of a splitter only grow");
    slice_ = slice;
    return Ok{};
  }
  [[nodiscard]] int64_t slice() const override { return slice_; }

  Done save(uint16_t, std::string&) override { return misuse("a splitter has no state"); }
  Done restore(uint16_t, std::string_view) override { return misuse("a splitter has no state"); }
  Done start() override { return Ok{}; }
  Done settle(JsonWriter&) override { return misuse("a splitter has no state"); }
  void write_metrics(JsonWriter& out) const override {
    out.field("records_total", records_);
    out.field("dead_letters_total", dead_letters_);
    out.field("late_records_total", late_);
  }

 private:
  [[nodiscard]] Done fill(ByteReader& in);
  void split(int64_t slice);
  void keep(uint16_t group, const log::RecordView& record);
  void put_frames(int64_t slice);

  struct Group {
    std::string records;
    uint32_t count = 0;
  };

  const uint16_t partitions_;
  int64_t slice_ = -1;
  std::string bytes_;  // of the records under way, with room behind them for the decoder
  RecordsFrame frame_;
  pipeline::PartitionInput input_;
  const model::VideoTable no_videos_{model::VideoTableOptions{}};
  CatalogueFrame catalogue_;
  std::unordered_set<std::string_view> seen_;
  std::array<Group, kKeyGroups> groups_;
  uint64_t records_ = 0;
  uint64_t dead_letters_ = 0;
  uint64_t late_ = 0;
};

Done Splitter::push(std::string_view frame) {
  bytes_.assign(frame);
  bytes_.append(log::kReadPadding, '\0');
  ByteReader in(std::string_view(bytes_).substr(0, frame.size()));
  const auto head = take_head(in);
  if (!head || head->kind != FrameKind::records)
    return damaged("a splitter takes records only; these bytes are no frame of records");
  if (slice_ == std::numeric_limits<int64_t>::max())
    return misuse("records come after the last slice was said to be over");
  if (auto filled = fill(in); !filled) return filled;
  if (frame_.records.empty()) return Ok{};
  records_ += frame_.records.size();
  if (head->slice <= slice_) late_ += frame_.records.size();
  split(std::max(head->slice, slice_ + 1));
  return Ok{};
}

Done Splitter::fill(ByteReader& in) {
  frame_.records.clear();
  if (!read_records(in, frame_)) return damaged("the frame of records is damaged");
  if (frame_.partition.value() >= partitions_)
    return misuse("partition " + std::to_string(frame_.partition.value()) +
                  " is beyond those that the settings name: " + std::to_string(partitions_));
  input_.block.clear();
  input_.block.partition = frame_.partition;
  input_.block.records = frame_.records;
  return Ok{};
}

void Splitter::split(int64_t slice) {
  input_.decode(no_videos_);
  catalogue_ = {};
  catalogue_.partition = frame_.partition;
  catalogue_.records = frame_.records.size();
  seen_.clear();
  const pipeline::EventColumns& columns = input_.columns;
  size_t row = 0;
  size_t change = 0;
  // What nobody can read is a dead letter wherever it goes: to one place for each partition.
  const auto nobody = static_cast<uint16_t>(frame_.partition.value() % kKeyGroups);
  for (const log::RecordView& record : frame_.records) {
    catalogue_.newest = std::max(catalogue_.newest, record.appended_at);
    if (row < columns.size() && columns.offset[row] == record.offset) {
      const std::string_view video = columns.video_id[row];
      if (record.kind == log::RecordKind::event && seen_.insert(video).second)
        catalogue_.videos.push_back(video);
      keep(columns.key_group[row++], record);
    } else if (is_of_video(record.kind) && change < input_.video_changes.size() &&
               input_.video_changes[change].offset == record.offset) {
      catalogue_.changes.push_back(record);
      ++change;
    } else {
      ++dead_letters_;
      keep(nobody, record);
    }
  }
  for (const event::UserProfile& profile : input_.profiles)
    catalogue_.segments.push_back(profile.segment);
  put_frames(slice);
}

void Splitter::keep(uint16_t group, const log::RecordView& record) {
  ByteWriter writer(groups_[group].records);
  put_record(writer, record);
  ++groups_[group].count;
}

void Splitter::put_frames(int64_t slice) {
  FrameWriter frames(out_);
  put_catalogue(frames.begin({FrameKind::catalogue, kAllKeyGroups, slice}), catalogue_);
  frames.end();
  for (uint16_t index = 0; index < kKeyGroups; ++index) {
    Group& group = groups_[index];
    if (group.count == 0) continue;
    ByteWriter& out = frames.begin({FrameKind::records, index, slice});
    out.put(frame_.partition.value());
    out.put(group.count);
    out.raw(group.records);
    frames.end();
    group.records.clear();
    group.count = 0;
  }
}

}  // namespace

std::unique_ptr<Part> make_splitter(const Settings& settings) {
  return std::make_unique<Splitter>(settings);
}

}  // namespace potik::host
