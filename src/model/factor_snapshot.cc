// FactorLearner as records of Section::factors; numbers in keys are big-endian so that they sort.
// 'v' handle: a video's vectors, its viewers and, where there are cells, its cell; 'u' slot: a
// viewer's; 'g': sums, what waits for its batch, and what negatives are drawn from; 'c': the cells'
// centres. What is drawn at a video's first sight is saved too.

#include "base/big_endian.h"
#include "base/stored_numbers.h"
#include "model/factor_learner_impl.h"

namespace potik::model {
namespace {

constexpr uint8_t kFormat = 1;

std::string numbered_key(char kind, uint32_t number) {
  std::string key(1, kind);
  append_big_endian(key, number);
  return key;
}

void put_factors(ByteWriter& out, const Factors& factors) {
  for (const float number : factors.at) out.put(number);
}

void get_factors(ByteReader& in, Factors& factors) {
  for (float& number : factors.at) number = get_finite<float>(in);
}

// Symmetric: one half is enough.
void put_gram(ByteWriter& out, const Gram& gram) {
  for (size_t i = 0; i < kFactors; ++i) {
    for (size_t j = 0; j <= i; ++j) out.put(gram.sums()[i * kFactors + j]);
  }
}

void get_gram(ByteReader& in, Gram& gram) {
  std::array<double, kFactors * kFactors> sums{};
  for (size_t i = 0; i < kFactors; ++i) {
    for (size_t j = 0; j <= i; ++j)
      sums[i * kFactors + j] = sums[j * kFactors + i] = get_finite<double>(in);
  }
  gram.set(sums);
}

void put_numbers(ByteWriter& out, const std::vector<uint32_t>& numbers) {
  out.put(static_cast<uint32_t>(numbers.size()));
  for (const uint32_t number : numbers) out.put(number);
}

bool get_numbers(ByteReader& in, size_t most, std::vector<uint32_t>& numbers) {
  const size_t size = in.get<uint32_t>();
  if (!in.ok() || size > most) return false;
  numbers.resize(size);
  for (uint32_t& number : numbers) number = in.get<uint32_t>();
  return in.ok();
}

}  // namespace

std::string FactorLearner::Impl::video_record(uint32_t number) const {
  std::string bytes;
  ByteWriter out(bytes);
  out.put(kFormat);
  put_factors(out, factors[number]);
  put_factors(out, inputs[number]);
  put_factors(out, outputs[number]);
  out.put(videos[number].input_squares);
  out.put(videos[number].output_squares);
  put_numbers(out, videos[number].viewers);
  if (cells.chosen()) out.put(cells.cell_of(VideoHandle(number)));
  return bytes;
}

std::string FactorLearner::Impl::viewer_record(uint32_t slot) const {
  const ViewerFactors& viewer = viewers[slot];
  std::string bytes;
  ByteWriter out(bytes);
  out.put(kFormat);
  put_factors(out, viewer.factors);
  out.put(viewer.user.value());
  out.put(viewer.seen);
  out.put(viewer.generation);
  out.put(static_cast<uint8_t>(viewer.ring.size()));
  for (const VideoHandle video : viewer.ring) out.put(video.value());
  return bytes;
}

std::string FactorLearner::Impl::sums_record() const {
  std::string bytes;
  ByteWriter out(bytes);
  out.put(kFormat);
  put_gram(out, video_gram);
  put_gram(out, viewer_gram);
  out.put(pairs);
  out.put(static_cast<uint32_t>(pending.size()));
  for (const Pending& pair : pending) {
    out.put(pair.viewer);
    out.put(pair.video);
  }
  put_numbers(out, recent);
  return bytes;
}

std::string FactorLearner::Impl::centres_record() const {
  std::string bytes;
  ByteWriter out(bytes);
  out.put(kFormat);
  for (const Factors& centre : cells.centres()) put_factors(out, centre);
  return bytes;
}

void FactorLearner::collect_changes(std::vector<state::Change>& out) {
  Impl& all = *impl_;
  if (all.unsaved_videos.empty() && all.unsaved_viewers.empty()) return;
  const auto add = [&out](std::string key, std::string value) {
    out.push_back({state::Section::factors, KeyGroup(0), std::move(key), std::move(value)});
  };
  std::ranges::sort(all.unsaved_videos);
  for (const uint32_t video : all.unsaved_videos) {
    all.videos[video].unsaved = false;
    add(numbered_key('v', video), all.video_record(video));
  }
  std::ranges::sort(all.unsaved_viewers);
  for (const uint32_t slot : all.unsaved_viewers) {
    all.viewers[slot].unsaved = false;
    add(numbered_key('u', slot), all.viewer_record(slot));
  }
  all.unsaved_videos.clear();
  all.unsaved_viewers.clear();
  add("g", all.sums_record());
  if (all.cells.chosen() && !all.cells_saved) {
    add("c", all.centres_record());
    all.cells_saved = true;
  }
}

bool FactorLearner::Impl::load_video(uint32_t number, ByteReader& in) {
  if (number == 0 || number > kVideosMax) return false;
  grow(size_t{number} + 1);
  VideoFactors& video = videos[number];
  video.known = true;
  get_factors(in, factors[number]);
  rounded.set(number, factors[number]);
  get_factors(in, inputs[number]);
  get_factors(in, outputs[number]);
  video.input_squares = get_finite<float>(in);
  video.output_squares = get_finite<float>(in);
  if (!get_numbers(in, options.viewers_per_video, video.viewers)) return false;
  if (in.left() != 0) video.loaded_cell = in.get<uint16_t>();
  return in.done();
}

bool FactorLearner::Impl::load_centres(ByteReader& in) {
  FactorCells::Centres centres(FactorCells::kCells);
  for (Factors& centre : centres) get_factors(in, centre);
  cells_saved = true;
  return in.done() && cells.restore(std::move(centres));
}

// Records come in no order that would put the centres first.
bool FactorLearner::Impl::enter_cells() {
  for (uint32_t video = 0; video < videos.size(); ++video) {
    const bool has_cell = videos[video].loaded_cell != FactorCells::kNone;
    if (has_cell != (cells.chosen() && videos[video].known)) return false;
    if (!has_cell) continue;
    if (videos[video].loaded_cell >= FactorCells::kCells) return false;
    cells.put(VideoHandle(video), videos[video].loaded_cell);
  }
  return true;
}

bool FactorLearner::Impl::load_viewer(uint32_t slot, ByteReader& in) {
  if (slot >= options.viewers_max) return false;
  if (viewers.size() <= slot) viewers.resize(size_t{slot} + 1);
  ViewerFactors& viewer = viewers[slot];
  get_factors(in, viewer.factors);
  viewer.user = UserHandle(in.get<uint64_t>());
  viewer.seen = in.get<uint64_t>();
  viewer.generation = in.get<uint32_t>();
  const size_t size = in.get<uint8_t>();
  if (!in.ok() || size > kFactorRing) return false;
  viewer.ring.resize(size);
  for (VideoHandle& video : viewer.ring) video = VideoHandle(in.get<uint32_t>());
  return in.done();
}

bool FactorLearner::Impl::load_sums(ByteReader& in) {
  get_gram(in, video_gram);
  get_gram(in, viewer_gram);
  pairs = in.get<uint64_t>();
  const size_t size = in.get<uint32_t>();
  if (!in.ok() || size > in.left()) return false;
  pending.resize(size);
  for (Pending& pair : pending) {
    pair.viewer = in.get<uint32_t>();
    pair.video = in.get<uint32_t>();
  }
  return get_numbers(in, kRecentLearned, recent) && in.done();
}

bool FactorLearner::load(std::string_view key, std::string_view value) {
  ByteReader in(value);
  if (in.get<uint8_t>() != kFormat) return false;
  if (key == "g") return impl_->load_sums(in);
  if (key == "c") return impl_->load_centres(in);
  if (key.size() != 5) return false;
  const uint32_t number = big_endian<uint32_t>(key.substr(1));
  if (key[0] == 'v') return impl_->load_video(number, in);
  return key[0] == 'u' && impl_->load_viewer(number, in);
}

// What records say of each other, and the order in which viewers make room.
bool FactorLearner::finish_load(uint32_t videos_known) {
  Impl& all = *impl_;
  if (all.videos.size() > size_t{videos_known} + 1) return false;
  const auto knows = [&](uint32_t video) { return all.knows(VideoHandle(video)); };
  const auto refers = [&](uint32_t viewer) { return (viewer & kSlotMask) < all.viewers.size(); };
  for (const VideoFactors& video : all.videos) {
    if (!std::ranges::all_of(video.viewers, refers)) return false;
    all.remembered += video.viewers.size();
  }
  for (const ViewerFactors& viewer : all.viewers) {
    // Not each was learned of: under load only some are.
    const auto is_video = [&](VideoHandle v) { return v != kNoVideo && v.value() <= videos_known; };
    if (!std::ranges::all_of(viewer.ring, is_video)) return false;
  }
  for (const Impl::Pending& pair : all.pending) {
    if (!refers(pair.viewer) || !knows(pair.video)) return false;
  }
  if (!std::ranges::all_of(all.recent, knows)) return false;
  return all.enter_cells() && all.index_viewers();
}

bool FactorLearner::Impl::index_viewers() {
  std::vector<uint32_t> order(viewers.size());
  for (uint32_t slot = 0; slot < order.size(); ++slot) order[slot] = slot;
  std::ranges::sort(order, [this](uint32_t a, uint32_t b) {
    return viewers[a].seen != viewers[b].seen ? viewers[a].seen < viewers[b].seen : a < b;
  });
  for (const uint32_t slot : order) {
    chain(slot);
    const UserHandle user = viewers[slot].user;
    if (user != kNoUser && !slots.emplace(user.value(), slot).second) return false;
  }
  return true;
}

}  // namespace potik::model
