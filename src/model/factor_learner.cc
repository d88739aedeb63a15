#include "model/factor_learner.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "model/factor_learner_impl.h"

namespace potik::model {
namespace {

constexpr float kSpread = 0.05F;  // standard deviation of a new vector's numbers
constexpr float kStepFloor = 1e-6F;
constexpr int kSolveSteps = 12;  // of a request's solution
// What may wait because viewers were forgotten, in batches; further videos are solved again when
// they are next met.
constexpr size_t kForgottenBatches = 4;
constexpr double kLog2E = 1.44269504088896;

// Which of a video's vectors is drawn.
enum class Kind : uint64_t { factors = 1, input = 2, output = 3 };

// Normal by the sum of four uniform numbers; the form of the tails does not matter here.
Factors draw(uint64_t seed, VideoHandle video, Kind kind) {
  CounterRandom random(seed, video.value(), static_cast<uint64_t>(kind));
  constexpr double kScale = 1.7320508 * kSpread;
  Factors drawn;
  for (float& number : drawn.at) {
    double sum = -2;
    for (int i = 0; i < 4; ++i) sum += random.uniform();
    number = static_cast<float>(sum * kScale);
  }
  return drawn;
}

// An AdaGrad step with one sum of squares a vector: v -= step * g / sqrt(sum), g = factor * d + l2
// v.
POTIK_VECTOR_INLINE void step(const FactorOptions& options, float factor, const Factors& direction,
                              Factors& vector, float& squares) {
  Factors gradient = vector;
  for (float& number : gradient.at) number *= options.softmax_l2;
  add_scaled(gradient.at.data(), factor, direction.at.data());
  squares += dot(gradient.at.data(), gradient.at.data()) * (1.0F / kFactors);
  add_scaled(vector.at.data(), -options.softmax_step / std::sqrt(squares + kStepFloor),
             gradient.at.data());
}

}  // namespace

FactorLearner::Impl::Impl(const FactorOptions& factor_options) : options(factor_options) {
  options.viewers_max = std::min(options.viewers_max, kSlotMask);
  // Reserved in full: pages are taken when they are used, and never moved.
  const size_t most = size_t{options.videos_max} + 1;
  factors.reserve(most);
  rounded.reserve(most);
  inputs.reserve(most);
  outputs.reserve(most);
  videos.reserve(most);
  grow(1);
}

void FactorLearner::Impl::grow(size_t size) {
  if (videos.size() >= size) return;
  factors.resize(size);
  rounded.resize(size);
  inputs.resize(size);
  outputs.resize(size);
  videos.resize(size);
}

void FactorLearner::Impl::meet(VideoHandle video) {
  grow(size_t{video.value()} + 1);
  const size_t at = video.value();
  if (videos[at].known) return;
  videos[at].known = true;
  set_factors(video.value(), draw(options.seed, video, Kind::factors));
  inputs[at] = draw(options.seed, video, Kind::input);
  outputs[at] = draw(options.seed, video, Kind::output);
  video_gram.replace(Factors{}, factors[at]);
  mark(video);
}

void FactorLearner::Impl::set_factors(uint32_t video, const Factors& vector) {
  factors[video] = vector;
  rounded.set(video, vector);
  if (cells.chosen()) cells.put(VideoHandle(video), cells.nearest(vector));
}

// Once, when the catalogue becomes too large to be searched in full: centres that move would move
// every video.
void FactorLearner::Impl::choose_cells(const RunMany& run) {
  std::vector<uint32_t> learned;
  for (uint32_t video = 0; video < videos.size(); ++video) {
    if (videos[video].known) learned.push_back(video);
  }
  std::vector<Factors> sample(std::min(learned.size(), kCellSample));
  if (sample.size() < FactorCells::kCells) return;
  for (size_t i = 0; i < sample.size(); ++i)
    sample[i] = factors[learned[i * learned.size() / sample.size()]];
  cells.choose(sample);
  std::vector<uint16_t> nearest(learned.size());
  run(learned.size() / kCellShare + 1, [&](size_t share, size_t) {
    const size_t end = std::min(learned.size(), (share + 1) * kCellShare);
    for (size_t i = share * kCellShare; i < end; ++i)
      nearest[i] = cells.nearest(factors[learned[i]]);
  });
  for (size_t i = 0; i < learned.size(); ++i) {
    cells.put(VideoHandle(learned[i]), nearest[i]);
    mark(VideoHandle(learned[i]));
  }
}

void FactorLearner::Impl::mark(VideoHandle video) {
  VideoFactors& changed = videos[video.value()];
  if (changed.unsaved) return;
  changed.unsaved = true;
  unsaved_videos.push_back(video.value());
}

void FactorLearner::Impl::mark(uint32_t slot) {
  if (viewers[slot].unsaved) return;
  viewers[slot].unsaved = true;
  unsaved_viewers.push_back(slot);
}

void FactorLearner::Impl::unchain(uint32_t slot) {
  const ViewerFactors& viewer = viewers[slot];
  (viewer.older == kNoSlot ? oldest : viewers[viewer.older].newer) = viewer.newer;
  (viewer.newer == kNoSlot ? newest : viewers[viewer.newer].older) = viewer.older;
}

void FactorLearner::Impl::chain(uint32_t slot) {
  ViewerFactors& viewer = viewers[slot];
  viewer.older = newest;
  viewer.newer = kNoSlot;
  (newest == kNoSlot ? oldest : viewers[newest].newer) = slot;
  newest = slot;
}

// What stood there is nobody's now: references to it are of an earlier generation.
void FactorLearner::Impl::clear(uint32_t slot) {
  ViewerFactors& viewer = viewers[slot];
  slots.erase(viewer.user.value());
  viewer_gram.replace(viewer.factors, Factors{});
  viewer.factors = Factors{};
  viewer.ring.clear();
  viewer.user = kNoUser;
  ++viewer.generation;
  mark(slot);
}

uint32_t FactorLearner::Impl::slot_of(UserHandle user) {
  const auto found = slots.find(user.value());
  uint32_t slot = 0;
  if (found != slots.end()) {
    slot = found->second;
    unchain(slot);
  } else if (viewers.size() < options.viewers_max) {
    slot = static_cast<uint32_t>(viewers.size());
    viewers.emplace_back();
  } else {
    slot = oldest;
    unchain(slot);
    clear(slot);
  }
  ViewerFactors& viewer = viewers[slot];
  if (viewer.user != user) {
    viewer.user = user;
    slots[user.value()] = slot;
  }
  viewer.seen = pairs;
  chain(slot);
  return slot;
}

bool FactorLearner::Impl::mean_input(std::span<const VideoHandle> ring, Factors& out,
                                     std::vector<uint32_t>* met) const {
  size_t count = 0;
  out = Factors{};
  for (const VideoHandle video : ring) {
    if (!knows(video)) continue;
    add_scaled(out.at.data(), 1, inputs[video.value()].at.data());
    if (met != nullptr) met->push_back(video.value());
    ++count;
  }
  if (count == 0) return false;
  const float scale = 1.0F / std::sqrt(static_cast<float>(count));
  for (float& number : out.at) number *= scale;
  return true;
}

void FactorLearner::Impl::draw_negatives(VideoHandle positive) {
  chosen.clear();
  chosen.push_back(positive.value());
  if (recent.empty()) return;
  CounterRandom random(options.seed, pairs, 0);
  const auto bound = static_cast<uint32_t>(recent.size());
  for (uint32_t i = 0; i < options.negatives; ++i) {
    const uint32_t drawn = recent[random.below(bound)];
    if (drawn != positive.value()) chosen.push_back(drawn);
  }
}

// The chances of `chosen`, less one for the first, which is what was watched.
void FactorLearner::Impl::errors_of(const Factors& input) {
  errors.resize(chosen.size());
  float most = -1e30F;
  for (size_t k = 0; k < chosen.size(); ++k) {
    errors[k] = dot(input.at.data(), outputs[chosen[k]].at.data());
    most = std::max(most, errors[k]);
  }
  float sum = 0;
  for (float& error : errors) {
    error = exp2_of(kLog2E * static_cast<double>(error - most));
    sum += error;
  }
  for (float& error : errors) error /= sum;
  errors[0] -= 1;
}

void FactorLearner::Impl::learn_softmax(const FactorPair& pair) {
  Factors input;
  known.clear();
  if (!mean_input(pair.before, input, &known)) return;
  draw_negatives(pair.video);
  errors_of(input);
  Factors back;
  for (size_t k = 0; k < chosen.size(); ++k)
    add_scaled(back.at.data(), errors[k], outputs[chosen[k]].at.data());
  for (size_t k = 0; k < chosen.size(); ++k) {
    step(options, errors[k], input, outputs[chosen[k]], videos[chosen[k]].output_squares);
    mark(VideoHandle(chosen[k]));
  }
  const float scale = 1.0F / std::sqrt(static_cast<float>(known.size()));
  for (const uint32_t one : known) {
    step(options, scale, back, inputs[one], videos[one].input_squares);
    mark(VideoHandle(one));
  }
}

void FactorLearner::Impl::remember(uint32_t video) {
  if (recent.size() < kRecentLearned) {
    recent.push_back(video);
  } else {
    recent[pairs % kRecentLearned] = video;
  }
}

// ---- batches ----

// Where all pairs are used up a list makes room for its newest by its oldest. One viewer among
// thousands hardly moves a video's vector: a long list waits until it has grown by a few per cent.
void FactorLearner::Impl::append(const Pending& pair) {
  std::vector<uint32_t>& list = videos[pair.video].viewers;
  const bool full = list.size() >= options.viewers_per_video ||
                    (remembered >= options.pairs_max && list.size() >= kViewersAtLeast);
  if (full) {
    const auto room = static_cast<ptrdiff_t>(std::max<size_t>(1, list.size() / 8));
    list.erase(list.begin(), list.begin() + room);
    remembered -= static_cast<uint64_t>(room);
  }
  list.push_back(pair.viewer);
  ++remembered;
  mark(VideoHandle(pair.video));
  const size_t step = std::max<size_t>(1, std::bit_floor(list.size()) / kSolvedInSteps);
  if (list.size() % step == 0) due.push_back(pair.video);
}

void FactorLearner::Impl::solve_viewer(uint32_t slot, Factors& out,
                                       std::vector<const float*>& rows) const {
  const ViewerFactors& viewer = viewers[slot];
  rows.clear();
  for (const VideoHandle video : viewer.ring) {
    if (knows(video)) rows.push_back(factors[video.value()].at.data());
  }
  out = viewer.factors;
  solve_row(options.implicit, options.implicit.steps, video_gram, rows, out);
}

void FactorLearner::Impl::solve_video(uint32_t number, Factors& out,
                                      std::vector<const float*>& rows) const {
  const VideoFactors& video = videos[number];
  rows.clear();
  for (const uint32_t viewer : video.viewers)
    rows.push_back(viewers[viewer & kSlotMask].factors.at.data());
  out = factors[number];
  solve_row(options.implicit, options.implicit.steps, viewer_gram, rows, out);
}

void FactorLearner::Impl::replace(const RunMany& run, Gram& gram) const {
  run(Gram::kRowBlocks, [&](size_t block, size_t) { gram.replace(block, old_rows, fresh_rows); });
  gram.settle();
}

void FactorLearner::Impl::solve_viewers(const RunMany& run) {
  touched.clear();
  for (const Pending& pair : pending) {
    if (is_alive(pair.viewer)) touched.push_back(pair.viewer & kSlotMask);
  }
  sort_unique(touched);
  fresh_rows.resize(touched.size());
  old_rows.resize(touched.size());
  seen.resize(std::max(seen.size(), touched.size() / kShare + 1));
  run(touched.size() / kShare + 1, [&](size_t share, size_t) {
    for (size_t i = share * kShare; i < std::min(touched.size(), (share + 1) * kShare); ++i) {
      old_rows[i] = viewers[touched[i]].factors;
      solve_viewer(touched[i], fresh_rows[i], seen[share]);
    }
  });
  replace(run, viewer_gram);
  for (size_t i = 0; i < touched.size(); ++i) {
    viewers[touched[i]].factors = fresh_rows[i];
    mark(touched[i]);
  }
}

void FactorLearner::Impl::solve_videos(const RunMany& run) {
  touched.swap(due);
  due.clear();
  sort_unique(touched);
  for (const uint32_t number : touched) {
    remembered -= std::erase_if(videos[number].viewers,
                                [this](uint32_t viewer) { return !is_alive(viewer); });
  }
  fresh_rows.resize(touched.size());
  old_rows.resize(touched.size());
  seen.resize(std::max(seen.size(), touched.size() / kShare + 1));
  run(touched.size() / kShare + 1, [&](size_t share, size_t) {
    for (size_t i = share * kShare; i < std::min(touched.size(), (share + 1) * kShare); ++i) {
      old_rows[i] = factors[touched[i]];
      solve_video(touched[i], fresh_rows[i], seen[share]);
    }
  });
  replace(run, video_gram);
  for (size_t i = 0; i < touched.size(); ++i) {
    set_factors(touched[i], fresh_rows[i]);
    mark(VideoHandle(touched[i]));
  }
}

FactorLearner::FactorLearner(FactorOptions options) : impl_(std::make_unique<Impl>(options)) {}
FactorLearner::~FactorLearner() = default;

POTIK_VECTOR_CODE
void FactorLearner::add(const FactorPair& pair) {
  Impl& all = *impl_;
  all.meet(pair.video);
  const uint32_t slot = all.slot_of(pair.user);
  ViewerFactors& viewer = all.viewers[slot];
  const auto before = pair.before.last(std::min(pair.before.size(), kFactorRing));
  viewer.ring.assign(before.begin(), before.end());
  if (viewer.ring.size() == kFactorRing) viewer.ring.erase(viewer.ring.begin());
  viewer.ring.push_back(pair.video);
  all.mark(slot);
  all.pending.push_back({all.reference(slot), pair.video.value()});
  all.learn_softmax({pair.user, pair.video, before});
  all.remember(pair.video.value());
  ++all.pairs;
}

void FactorLearner::learn(const RunMany& run) {
  Impl& all = *impl_;
  all.video_gram.settle();
  all.viewer_gram.settle();
  if (all.pending.size() < all.options.batch_pairs) return;
  for (const Impl::Pending& pair : all.pending) {
    // Without a viewer who was forgotten the video is another one at once.
    all.is_alive(pair.viewer) ? all.append(pair) : all.due.push_back(pair.video);
  }
  all.solve_viewers(run);
  all.solve_videos(run);
  all.pending.clear();
  if (all.videos.size() > all.options.search_max && !all.cells.chosen()) all.choose_cells(run);
}

// What waits for the next batch names the viewer as they were, whom no list keeps: so each video is
// solved again without them.
void FactorLearner::forget(UserHandle user) {
  Impl& all = *impl_;
  const auto found = all.slots.find(user.value());
  if (found == all.slots.end()) return;
  const uint32_t slot = found->second;
  const uint32_t reference = all.reference(slot);
  const size_t most = kForgottenBatches * size_t{all.options.batch_pairs};
  for (const VideoHandle video : all.viewers[slot].ring) {
    if (all.pending.size() >= most) break;
    if (all.knows(video)) all.pending.push_back({reference, video.value()});
  }
  all.clear(slot);
}

bool FactorLearner::solve(UserHandle user, std::span<const VideoHandle> ring, Factors& out) const {
  std::array<const float*, kFactorRing> known{};
  size_t count = 0;
  for (const VideoHandle one : ring.last(std::min(ring.size(), kFactorRing))) {
    if (const float* v = video(one)) known[count++] = v;
  }
  if (count == 0) return false;
  const auto found = impl_->slots.find(user.value());
  out = found == impl_->slots.end() ? Factors{} : impl_->viewers[found->second].factors;
  solve_row(impl_->options.implicit, kSolveSteps, impl_->video_gram, std::span(known).first(count),
            out);
  return true;
}

bool FactorLearner::mean_input(std::span<const VideoHandle> ring, Factors& out) const {
  return impl_->mean_input(ring.last(std::min(ring.size(), kFactorRing)), out, nullptr);
}

const float* FactorLearner::video(VideoHandle video) const {
  return impl_->knows(video) ? impl_->factors[video.value()].at.data() : nullptr;
}
const float* FactorLearner::output(VideoHandle video) const {
  return impl_->knows(video) ? impl_->outputs[video.value()].at.data() : nullptr;
}

void FactorLearner::search(const Factors& x, FactorSearch& found) const {
  found.clear();
  found.asked = RoundedFactors::ask(x);
  found.asks = true;
  if (!impl_->cells.chosen()) {
    impl_->rounded.search(found.asked, found.closeness);
    return;
  }
  impl_->cells.find_near(x, kSearchedMost, found.videos);
  impl_->rounded.search(found.asked, found.videos, found.closeness);
}

float FactorLearner::closeness(const FactorSearch& search, VideoHandle video) const {
  if (!search.asks || video.value() >= impl_->videos.size()) return 0;
  return search.videos.empty() ? search.closeness[video.value()]
                               : impl_->rounded.product(search.asked, video.value());
}

void FactorLearner::peers(UserHandle user, std::span<const VideoHandle> ring,
                          std::vector<VideoHandle>& out) const {
  constexpr size_t kVideos = 4;
  constexpr size_t kViewersOfEach = kPeersMax / kVideos;
  out.clear();
  for (const VideoHandle video : ring.last(std::min(ring.size(), kVideos))) {
    if (!impl_->knows(video)) continue;
    const std::span<const uint32_t> viewers = impl_->videos[video.value()].viewers;
    for (const uint32_t viewer : viewers.last(std::min(viewers.size(), kViewersOfEach))) {
      if (!impl_->is_alive(viewer)) continue;
      const ViewerFactors& peer = impl_->viewers[viewer & kSlotMask];
      if (peer.user != user && !peer.ring.empty() && peer.ring.back() != video)
        out.push_back(peer.ring.back());
    }
  }
}

uint32_t FactorLearner::videos() const { return static_cast<uint32_t>(impl_->videos.size()); }

size_t FactorLearner::memory_bytes() const {
  size_t bytes = sizeof(Impl) + impl_->cells.memory_bytes() +
                 impl_->videos.capacity() *
                     (sizeof(VideoFactors) + 3 * sizeof(Factors) + RoundedFactors::kBytesEach) +
                 impl_->viewers.capacity() * sizeof(ViewerFactors) +
                 impl_->slots.size() * 4 * sizeof(uint64_t);
  for (const VideoFactors& video : impl_->videos)
    bytes += video.viewers.capacity() * sizeof(uint32_t);
  for (const ViewerFactors& viewer : impl_->viewers)
    bytes += viewer.ring.capacity() * sizeof(VideoHandle);
  return bytes;
}

}  // namespace potik::model
