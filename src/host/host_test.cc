#include <gmock/gmock.h>

#include "host/bundle.h"
#include "host/saved_state.h"
#include "host/test_slices.h"
#include "pipeline/exchange.h"

namespace potik::host {
namespace {

using testing::batches;
using testing::Cluster;
using testing::difference;
using testing::framed;
using testing::Handle;
using testing::kLayout;
using testing::kSlices;
using testing::Log;
using testing::make;
using testing::of_one_core;
using testing::push;
using testing::Results;
using testing::Saved;
using testing::slice_of;

const std::vector<Cluster::Shape> kShapes{
    {.splitters = 1, .viewers = 1, .judges = 1},
    {.splitters = 2, .viewers = 2, .judges = 2},
    {.splitters = 3, .viewers = 4, .judges = 3},
};

TEST(Host, PartsGiveWhatOneCoreGives) {
  for (const size_t size : {1U, 40U, 900U}) {
    const auto all = batches(size, size == 1 ? 100 : kSlices);
    const Results expected = of_one_core(all);
    ASSERT_GT(expected.size(), 80U);
    Saved first;
    for (const Cluster::Shape& shape : kShapes) {
      Cluster cluster(kLayout, shape);
      Log log;
      for (size_t i = 0; i < all.size(); ++i) {
        log.push(cluster, all[i], slice_of(i), 64);
        cluster.advance(slice_of(i));
      }
      ASSERT_FALSE(HasFatalFailure());
      EXPECT_EQ(difference(expected, cluster.results), "") << size << ", " << shape.viewers;
      Saved saved = cluster.save();
      if (first.empty()) first = saved;
      EXPECT_EQ(difference(first, saved), "") << size << ", " << shape.viewers;
    }
  }
}

TEST(Host, GoesOnFromSavedStateWithAnotherNumberOfParts) {
  const auto all = batches(200);
  const Results expected = of_one_core(all);
  Results results;
  Saved saved;
  Log log;
  size_t next = 0;
  // Each generation takes in one slice more than it ends: that waits in the saved state.
  for (size_t generation = 0; next < all.size(); ++generation) {
    Cluster cluster(kLayout, kShapes[generation % kShapes.size()], saved);
    const size_t end = std::min(next + 2, all.size());
    for (; next < end; ++next) {
      log.push(cluster, all[next], slice_of(next), 1'000);
      if (next > 0 && (next + 1 < end || end == all.size())) cluster.advance(slice_of(next) - 1);
    }
    if (next == all.size()) cluster.advance(slice_of(next));
    ASSERT_FALSE(HasFatalFailure());
    saved = cluster.save();
    for (auto& [key, values] : cluster.results) {
      auto& all_values = results[key];
      all_values.insert(all_values.end(), values.begin(), values.end());
    }
  }
  EXPECT_EQ(difference(expected, results), "");
}

TEST(Host, BundlesOfAnAttemptThatHasEndedAreDropped) {
  const auto all = batches(100, 2);
  Log log;
  Cluster ended(kLayout, kShapes[1]);
  log.push(ended, all[0], 0, 1'000);
  ended.advance(0);
  Log again;
  Cluster cluster(kLayout, kShapes[1]);
  again.push(cluster, all[0], 0, 1'000);
  const Handle& viewers = cluster.viewers(0);
  ASSERT_EQ(potik_host_advance(viewers.get(), 0), POTIK_OK);
  for (const std::string& bundle : ended.bundles)
    EXPECT_EQ(push(viewers, framed(bundle)), POTIK_OK) << potik_host_error(viewers.get());
  EXPECT_EQ(potik_host_waits(viewers.get()), 1);
}

TEST(Host, RecordsOfASliceThatIsOverGoIntoTheNext) {
  const Handle splitter = make(POTIK_SPLITTER, R"({"events":4})");
  ASSERT_EQ(potik_host_start(splitter.get()), POTIK_OK);
  ASSERT_EQ(potik_host_advance(splitter.get(), 7), POTIK_OK);
  std::string frame;
  FrameWriter writer(frame);
  ByteWriter& out = writer.begin({FrameKind::records, kAllKeyGroups, 3});
  out.put(uint16_t{0}), out.put(uint32_t{1});
  put_record(out, {log::RecordKind::event, 0, TimeMs(5), "", "{}", Offset(9)});
  writer.end();
  ASSERT_EQ(push(splitter, frame), POTIK_OK);
  size_t frames = 0;
  testing::take(splitter, [&](const FrameHead& head, std::string_view) {
    EXPECT_EQ(head.slice, 8);
    ++frames;
  });
  EXPECT_EQ(frames, 2U);
}

TEST(Host, StateIsLetGoBetweenEpochsOnly) {
  const auto settle = [](const Handle& part) {
    const uint8_t* bytes = nullptr;
    size_t size = 0;
    return potik_host_settle(part.get(), &bytes, &size);
  };
  const Handle splitter = make(POTIK_SPLITTER, R"({"events":4})");
  ASSERT_EQ(potik_host_start(splitter.get()), POTIK_OK);
  EXPECT_EQ(settle(splitter), POTIK_MISUSE);
  const auto all = batches(100, 1);
  Log log;
  Cluster cluster(kLayout, kShapes[1]);
  log.push(cluster, all[0], 0, 1'000);
  const Handle& viewers = cluster.viewers(0);
  ASSERT_EQ(potik_host_advance(viewers.get(), 0), POTIK_OK);
  EXPECT_EQ(settle(viewers), POTIK_MISUSE);
  EXPECT_EQ(potik_host_waits(viewers.get()), 1) << "nothing was changed";
}

int push_bytes(int role, std::string_view frame) {
  const Handle part = make(role, R"({"sender":1})");
  EXPECT_EQ(potik_host_start(part.get()), POTIK_OK);
  const int code = push(part, framed(frame));
  if (code != POTIK_OK) {
    EXPECT_STRNE(potik_host_error(part.get()), "");
    EXPECT_EQ(potik_host_advance(part.get(), 5), code == POTIK_MISUSE ? POTIK_OK : POTIK_FAILED);
  }
  return code;
}

TEST(Host, BytesThatAreNoFrameAreRefusedByEachPart) {
  for (const int role : {POTIK_SPLITTER, POTIK_VIEWERS, POTIK_JUDGE}) {
    for (const std::string& bytes :
         {std::string(), std::string(200, '\0'), std::string("\x01\x07 a frame of no kind at all")})
      EXPECT_EQ(push_bytes(role, bytes), POTIK_DAMAGED) << role;
  }
}

TEST(Host, MisuseGivesACodeAndASentence) {
  potik_host* host = nullptr;
  EXPECT_EQ(potik_host_create(9, "{}", 2, &host), POTIK_MISUSE);
  EXPECT_THAT(potik_host_error(host), ::testing::HasSubstr("role"));
  potik_host_close(host);
  for (const std::string settings :
       {"", "[]", R"({"first":128})", R"({"first":5,"last":4})", R"({"fist":1})", R"({"sender":0})",
        R"({"config":"[model]\nno_such = 1"})"}) {
    EXPECT_EQ(potik_host_create(POTIK_VIEWERS, settings.data(), settings.size(), &host),
              POTIK_MISUSE)
        << settings;
    EXPECT_STRNE(potik_host_error(host), "") << settings;
    EXPECT_EQ(potik_host_start(host), POTIK_MISUSE);
    potik_host_close(host);
  }
  const Handle part = make(POTIK_VIEWERS, R"({"first":0,"last":9,"sender":1})");
  EXPECT_EQ(potik_host_advance(part.get(), 1), POTIK_MISUSE) << "before the start";
  EXPECT_EQ(potik_host_restore(part.get(), 10, nullptr, 0), POTIK_MISUSE) << "another's group";
  ASSERT_EQ(potik_host_start(part.get()), POTIK_OK);
  EXPECT_EQ(potik_host_start(part.get()), POTIK_MISUSE);
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  EXPECT_EQ(potik_host_save(part.get(), 10, &bytes, &size), POTIK_MISUSE);
  EXPECT_EQ(potik_host_save(part.get(), 70'000, &bytes, &size), POTIK_MISUSE);
  EXPECT_EQ(potik_host_take(part.get(), nullptr, &size), POTIK_MISUSE);
  EXPECT_EQ(potik_host_advance(part.get(), 5), POTIK_OK);
  EXPECT_EQ(potik_host_advance(part.get(), 4), POTIK_MISUSE) << "back";
  EXPECT_EQ(potik_host_slice(part.get()), 5);
  EXPECT_EQ(potik_host_slab(part.get(), size_t{1} << 40U), nullptr);
  EXPECT_EQ(potik_host_push(nullptr, nullptr, 0), POTIK_MISUSE);
  EXPECT_EQ(potik_host_waits(nullptr), 0);
  potik_host_close(nullptr);
}

TEST(Host, DamagedStateIsRefused) {
  Cluster cluster(kLayout, kShapes[0]);
  Log log;
  const auto all = batches(100, 1);
  log.push(cluster, all[0], 0, 1'000);
  cluster.advance(0);
  for (auto& [place, bytes] : cluster.save()) {
    const auto& [role, group] = place;
    if (group % 40 != 0 && group != POTIK_ALL_KEY_GROUPS) continue;
    std::string damaged = bytes;
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x40);
    for (const std::string& wrong : {damaged, bytes.substr(0, bytes.size() - 1), std::string()}) {
      const Handle part = make(role, R"({"sender":1})");
      const int restored = potik_host_restore(
          part.get(), group, reinterpret_cast<const uint8_t*>(wrong.data()), wrong.size());
      EXPECT_EQ(restored, POTIK_DAMAGED) << role << " " << group;
      EXPECT_EQ(potik_host_start(part.get()), POTIK_FAILED);
    }
  }
}

TEST(Host, APartOfTheStateIsNoState) {
  Cluster cluster(kLayout, kShapes[0]);
  Log log;
  const auto all = batches(60, 3);
  log.push(cluster, all[0], 0, 1'000);
  cluster.advance(0);
  const Saved saved = cluster.save();
  const auto restore = [&](const Handle& part, int role, uint32_t group, const Saved& from) {
    const std::string& bytes = from.at({role, group});
    return potik_host_restore(part.get(), group, reinterpret_cast<const uint8_t*>(bytes.data()),
                              bytes.size());
  };
  for (const int role : {POTIK_VIEWERS, POTIK_JUDGE}) {
    const Handle part = make(role, R"({"first":3,"last":4,"sender":1})");
    EXPECT_EQ(restore(part, role, 3, saved), POTIK_OK);
    EXPECT_EQ(potik_host_start(part.get()), POTIK_DAMAGED) << potik_host_error(part.get());
    const Handle twice = make(role, R"({"first":3,"last":4,"sender":1})");
    EXPECT_EQ(restore(twice, role, 3, saved), POTIK_OK);
    EXPECT_EQ(restore(twice, role, 3, saved), POTIK_DAMAGED);
  }
  log.push(cluster, all[1], 1, 1'000);
  cluster.advance(1);
  const Saved later = cluster.save();
  const Handle mixed = make(POTIK_VIEWERS, R"({"first":3,"last":4,"sender":1})");
  EXPECT_EQ(restore(mixed, POTIK_VIEWERS, 3, saved), POTIK_OK);
  EXPECT_EQ(restore(mixed, POTIK_VIEWERS, 4, later), POTIK_DAMAGED);
  EXPECT_THAT(potik_host_error(mixed.get()), ::testing::HasSubstr("another epoch"));
}

// A cluster may die between its last checkpoint and its end.
TEST(Host, StartsFromTheEndOfALogAndTakesNothingMore) {
  Log log;
  Cluster cluster(kLayout, kShapes[1]);
  log.push(cluster, batches(50, 1)[0], 0, 1'000);
  cluster.advance(kLogEnded);
  const Saved saved = cluster.save();
  Cluster again(kLayout, kShapes[1], saved);
  again.advance(kLogEnded);
  EXPECT_TRUE(again.results.empty());
  EXPECT_EQ(difference(saved, again.save()), "");
  std::string frame;
  FrameWriter writer(frame);
  static_cast<void>(writer.begin({FrameKind::records, 0, 5}));
  writer.end();
  const Handle& viewers = again.viewers(0);
  EXPECT_EQ(push(viewers, frame), POTIK_DAMAGED);
  EXPECT_THAT(potik_host_error(viewers.get()), ::testing::HasSubstr("--drain"));
}

TEST(Host, ABundleIsOfTheKeyGroupsThatItSays) {
  const auto all = batches(50, 1);
  Log log;
  Cluster cluster(kLayout, kShapes[1]);
  log.push(cluster, all[0], 0, 1'000);
  cluster.advance(0);
  // The first frame's key group, behind the heads of the bundle, is another one than inside.
  Log again;
  Cluster victim(kLayout, {.splitters = 1, .viewers = 2, .judges = 2});
  again.push(victim, all[0], 0, 1'000);
  const Handle& viewers = victim.viewers(0);
  ASSERT_EQ(potik_host_advance(viewers.get(), 0), POTIK_OK);
  std::string content;
  ByteWriter out(content);
  out.put(uint16_t{100});
  pipeline::EpochBuffer empty;
  std::string inner;
  pipeline::append_viewers(inner, empty, 5);
  out.text(inner);
  std::string frames;
  FrameWriter writer(frames);
  put_bundle(writer, 0,
             {.epoch = Epoch(1), .first = 64, .last = 127, .senders = {victim.sender(0)}}, content);
  EXPECT_EQ(potik_host_push(viewers.get(), reinterpret_cast<const uint8_t*>(frames.data()),
                            frames.size()),
            POTIK_DAMAGED);
}

TEST(Host, ASliceThatIsNotWholeIsRefusedByTheJudge) {
  const auto all = batches(50, 1);
  Log log;
  Cluster cluster(kLayout, kShapes[1]);
  log.push(cluster, all[0], 0, 1'000);
  // One copy of two has told of the slice.
  const Handle& viewers = cluster.viewers(0);
  ASSERT_EQ(potik_host_advance(viewers.get(), 0), POTIK_OK);
  const Handle judge = make(POTIK_JUDGE, "{}");
  ASSERT_EQ(potik_host_start(judge.get()), POTIK_OK);
  testing::take(viewers, [&](const FrameHead&, std::string_view frame) {
    ASSERT_EQ(push(judge, framed(frame)), POTIK_OK);
  });
  EXPECT_EQ(potik_host_advance(judge.get(), 0), POTIK_DAMAGED);
  EXPECT_THAT(potik_host_error(judge.get()), ::testing::HasSubstr("missing"));
}

TEST(Host, CountsWhatItDid) {
  const auto all = batches(300, 3);
  Log log;
  Cluster cluster(kLayout, kShapes[0]);
  for (size_t i = 0; i < all.size(); ++i) log.push(cluster, all[i], slice_of(i), 100);
  cluster.advance(slice_of(all.size()));
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  ASSERT_EQ(potik_host_metrics(cluster.viewers(0).get(), &bytes, &size), POTIK_OK);
  EXPECT_THAT(std::string(testing::view(bytes, size)),
              ::testing::AllOf(::testing::HasSubstr(R"("epochs_total":3,)"),
                               ::testing::HasSubstr(R"("pending_bytes":0,)")));
}

}  // namespace
}  // namespace potik::host
