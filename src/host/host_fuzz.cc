// Whatever bytes a part is given, as frames or as saved state, it takes them or says a code and a
// sentence, and is of no further use if they were damaged.

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/fuzz.h"
#include "host/frame_io.h"
#include "host/potik_host.h"
#include "pipeline/traffic_for_tests.h"

namespace potik::host {
namespace {

using fuzz::require;

enum Target : uint8_t {
  kSplitter,
  kViewers,
  kBundles,
  kJudge,
  kViewersState,
  kModelState,
  kJudgeState,
  kTargets
};
constexpr uint32_t kStateGroup = 5;

struct Close {
  void operator()(potik_host* host) const { potik_host_close(host); }
};
using Handle = std::unique_ptr<potik_host, Close>;

const uint8_t* data_of(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

constexpr std::string_view kAll = R"({"events":4,"sender":7})";
// The frames of the other half come in bundles.
constexpr std::string_view kFirstHalf = R"({"events":4,"sender":7,"last":63})";
constexpr std::string_view kSecondHalf = R"({"events":4,"sender":8,"first":64})";
constexpr std::string_view kOneGroup = R"({"events":4,"sender":7,"first":5,"last":5})";
constexpr uint16_t kHalf = 64;

Handle make(int role, std::string_view settings = kAll) {
  potik_host* host = nullptr;
  require(potik_host_create(role, settings.data(), settings.size(), &host) == POTIK_OK,
          "a part is made");
  return Handle(host);
}

std::string take(const Handle& host) {
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  require(potik_host_take(host.get(), &bytes, &size) == POTIK_OK, "what came out is taken");
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string save(const Handle& host, uint32_t group) {
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  require(potik_host_save(host.get(), group, &bytes, &size) == POTIK_OK, "a part is saved");
  return {reinterpret_cast<const char*>(bytes), size};
}

// What comes out of each part in the first slice, and what each part then saves. The frames are
// those of the first half of the viewers.
struct Example {
  std::string slab, frames, acts, bundles, viewers_state, model_state, judge_state;
};

// Those of key groups below kHalf, or the others; what is for all, in both.
std::string half_of(std::string_view frames, bool first) {
  std::string half;
  ByteReader in(frames);
  while (const auto frame = next_frame(in)) {
    ByteReader body(*frame);
    const auto head = take_head(body);
    if (head->key_group == kAllKeyGroups || (head->key_group < kHalf) == first)
      ByteWriter(half).text(*frame);
  }
  return half;
}

std::string slab_of(const std::vector<pipeline::testing::TestRecord>& records, TimeMs now,
                    const log::Layout& layout) {
  std::string slab;
  FrameWriter writer(slab);
  for (uint16_t p = 0; p < layout.size(); ++p) {
    std::vector<log::RecordView> own;
    for (const auto& record : records) {
      if (record.partition.value() == p)
        own.push_back({record.kind, record.flags, now, record.key, record.value,
                       Offset(static_cast<int64_t>(own.size()))});
    }
    ByteWriter& out = writer.begin({FrameKind::records, kAllKeyGroups, 0});
    out.put(p);
    out.put(static_cast<uint32_t>(own.size()));
    for (const log::RecordView& record : own) put_record(out, record);
    writer.end();
  }
  return slab;
}

void must(int code) { require(code == POTIK_OK, "an example is taken"); }

int push(const Handle& host, std::string_view bytes) {
  return potik_host_push(host.get(), data_of(bytes), bytes.size());
}

Example make_example() {
  Example example;
  const log::Layout layout{.events = 4};
  pipeline::testing::Traffic traffic(5, layout);
  const auto records = traffic.take(12);
  example.slab = slab_of(records, traffic.now(), layout);
  const Handle splitter = make(POTIK_SPLITTER), judge = make(POTIK_JUDGE);
  const Handle viewers = make(POTIK_VIEWERS, kFirstHalf), others = make(POTIK_VIEWERS, kSecondHalf);
  for (const Handle* part : {&splitter, &viewers, &others, &judge})
    must(potik_host_start(part->get()));
  must(push(splitter, example.slab));
  const std::string frames = take(splitter);
  example.frames = half_of(frames, true);
  must(push(viewers, example.frames));
  must(push(others, half_of(frames, false)));
  for (const Handle* part : {&viewers, &others}) {
    must(potik_host_advance(part->get(), 0));
    example.acts += take(*part);
  }
  must(push(judge, example.acts));
  must(potik_host_advance(judge.get(), 0));
  example.bundles = take(judge);
  must(push(viewers, example.bundles));
  must(potik_host_advance(viewers.get(), 0));
  example.viewers_state = save(viewers, kStateGroup);
  example.model_state = save(viewers, POTIK_ALL_KEY_GROUPS);
  example.judge_state = save(judge, kStateGroup);
  return example;
}

const Example& example() {
  static const Example made = make_example();
  return made;
}

void check(const Handle& host, int code) {
  if (code == POTIK_OK) return;
  require(code == POTIK_DAMAGED || code == POTIK_MISUSE || code == POTIK_LIMIT,
          "a code that bytes can give");
  require(std::strlen(potik_host_error(host.get())) > 0, "and a sentence");
  if (code == POTIK_MISUSE) return;
  require(push(host, {}) == POTIK_FAILED, "what has failed stays so");
}

void check_frames(int role, std::string_view bytes) {
  const Handle host = make(role, role == POTIK_VIEWERS ? kFirstHalf : kAll);
  must(potik_host_start(host.get()));
  const int pushed = push(host, bytes);
  check(host, pushed);
  if (pushed == POTIK_OK) check(host, potik_host_advance(host.get(), 100));
}

// Beside an epoch under way.
void check_bundles(std::string_view bytes) {
  const Handle host = make(POTIK_VIEWERS, kFirstHalf);
  must(potik_host_start(host.get()));
  must(push(host, example().frames));
  must(potik_host_advance(host.get(), 0));
  (void)take(host);
  const int pushed = push(host, bytes);
  check(host, pushed);
  if (pushed == POTIK_OK && potik_host_waits(host.get()) == 0)
    check(host, potik_host_advance(host.get(), 0));
}

int restore(const Handle& host, uint32_t group, std::string_view bytes) {
  return potik_host_restore(host.get(), group, data_of(bytes), bytes.size());
}

// Beside what the part also needs.
void check_state(int role, uint32_t group, std::string_view bytes) {
  const Handle host = make(role, kOneGroup);
  if (restore(host, group, bytes) != POTIK_OK) return;
  int code = POTIK_OK;
  if (role == POTIK_VIEWERS) {
    const bool model = group == POTIK_ALL_KEY_GROUPS;
    code = restore(host, model ? kStateGroup : POTIK_ALL_KEY_GROUPS,
                   model ? example().viewers_state : example().model_state);
  }
  if (code == POTIK_OK) check(host, potik_host_start(host.get()));
}

std::string with(Target target, const std::string& bytes) {
  return std::string(1, static_cast<char>(target)) + bytes;
}

}  // namespace
}  // namespace potik::host

potik::fuzz::Material potik::fuzz::material() {
  using namespace std::string_literals;  // NOLINT(google-build-using-namespace)
  using namespace potik::host;           // NOLINT(google-build-using-namespace)
  const Example& made = example();
  Material material;
  material.examples = {with(kSplitter, made.slab),
                       with(kViewers, made.frames),
                       with(kBundles, made.bundles),
                       with(kJudge, made.acts),
                       with(kViewersState, made.viewers_state),
                       with(kModelState, made.model_state),
                       with(kJudgeState, made.judge_state)};
  material.pieces = {"\0"s,     "\xff\xff\xff\xff"s, "\0\0\0\0\0\0\0\0"s,
                     "\x80\0"s, "\1\0\0\0"s,         "\xff\xff\xff\x7f"s};
  return material;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace potik::host;  // NOLINT(google-build-using-namespace)
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % kTargets) {
    case kSplitter:
      check_frames(POTIK_SPLITTER, bytes);
      break;
    case kViewers:
      check_frames(POTIK_VIEWERS, bytes);
      break;
    case kBundles:
      check_bundles(bytes);
      break;
    case kJudge:
      check_frames(POTIK_JUDGE, bytes);
      break;
    case kViewersState:
      check_state(POTIK_VIEWERS, kStateGroup, bytes);
      break;
    case kModelState:
      check_state(POTIK_VIEWERS, POTIK_ALL_KEY_GROUPS, bytes);
      break;
    default:
      check_state(POTIK_JUDGE, kStateGroup, bytes);
  }
  return 0;
}
