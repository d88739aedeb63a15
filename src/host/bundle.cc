#include "host/bundle.h"

#include <algorithm>

#include "base/key_group.h"
#include "pipeline/exchange.h"

namespace potik::host {
namespace {

constexpr uint32_t kPiecesMax = 1U << 16U;

Done contradiction() {
  return damaged(
      "a bundle contradicts what came before: two judges own one key group, or the "
      "topic of bundles is written by a stranger");
}

}  // namespace

void put_bundle(FrameWriter& frames, int64_t slice, const BundleHead& head,
                std::string_view content) {
  const size_t pieces = std::max<size_t>((content.size() + kPieceBytesMax - 1) / kPieceBytesMax, 1);
  for (size_t piece = 0; piece < pieces; ++piece) {
    ByteWriter& out = frames.begin({FrameKind::bundle, kAllKeyGroups, slice});
    out.put(head.epoch.value());
    out.put(static_cast<uint32_t>(piece));
    out.put(static_cast<uint32_t>(pieces));
    out.put(head.first);
    out.put(head.last);
    out.put(static_cast<uint16_t>(head.senders.size()));
    for (const uint64_t sender : head.senders) out.put(sender);
    out.raw(content.substr(piece * kPieceBytesMax, kPieceBytesMax));
    frames.end();
  }
}

void BundleGatherer::begin(Epoch epoch, uint64_t sender) {
  epoch_ = epoch;
  sender_ = sender;
  bundles_.clear();
  viewers_.clear();
  judged_.clear();
  have_viewers_.fill(0);
  have_judged_.fill(0);
  left_ = 2 * size_t{kKeyGroups};
}

Done BundleGatherer::take(ByteReader& in) {
  const Epoch epoch(in.get<uint64_t>());
  const auto piece = in.get<uint32_t>();
  const auto pieces = in.get<uint32_t>();
  const auto first = in.get<uint16_t>();
  const auto last = in.get<uint16_t>();
  const auto senders = in.get<uint16_t>();
  bool ours = false;
  for (uint16_t i = 0; i < senders && in.ok(); ++i) ours |= in.get<uint64_t>() == sender_;
  if (!in.ok() || piece >= pieces || pieces > kPiecesMax || first > last || last >= kKeyGroups)
    return damaged("these bytes are no bundle");
  if (!ours || epoch < epoch_) {
    ++dropped_;
    return Ok{};
  }
  if (epoch > epoch_) return contradiction();
  Bundle& bundle = bundles_[first];
  if (bundle.pieces.empty()) {
    bundle.pieces.resize(pieces);
    bundle.missing = pieces;
  }
  if (bundle.pieces.size() != pieces || bundle.missing == 0) return contradiction();
  // Each piece has bytes, but for that of a bundle without content, which there is not.
  if (!bundle.pieces[piece].empty() || in.left() == 0) return contradiction();
  bundle.pieces[piece] = in.raw(in.left());
  if (--bundle.missing != 0) return Ok{};
  for (std::string& part : bundle.pieces) {
    bundle.content += part;
    part = {};
  }
  return take_content(bundle);
}

Done BundleGatherer::take_content(const Bundle& bundle) {
  ByteReader in(bundle.content);
  while (in.left() > 0) {
    const auto key_group = in.get<uint16_t>();
    const std::string_view bytes = in.text();
    if (!in.ok()) return damaged("a bundle's content is cut short");
    if (auto taken = take_frame(key_group, bytes); !taken) return taken;
  }
  return Ok{};
}

Done BundleGatherer::take_frame(uint16_t key_group, std::string_view bytes) {
  const auto head = pipeline::head_of(bytes);
  if (!head || head->key_group != key_group || head->kind == pipeline::ExchangeFrame::acts)
    return damaged("a bundle's content is none of judges and viewers");
  const bool judged = head->kind == pipeline::ExchangeFrame::judged;
  uint8_t& have = judged ? have_judged_[key_group] : have_viewers_[key_group];
  if (have != 0) return contradiction();
  have = 1;
  --left_;
  (judged ? judged_ : viewers_).push_back({key_group, bytes});
  return Ok{};
}

size_t BundleGatherer::memory_bytes() const {
  size_t sum = 0;
  for (const auto& [first, bundle] : bundles_) {
    sum += bundle.content.capacity();
    for (const std::string& piece : bundle.pieces) sum += piece.capacity();
  }
  return sum;
}

}  // namespace potik::host
