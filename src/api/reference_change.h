#pragma once
// A change of reference data on its way: checked, written to the log, waited for until it is
// processed.

#include <functional>
#include <string>
#include <vector>

#include "api/services.h"

namespace potik::api {

// The two families of reference data; everything that differs between them.
struct ReferenceKind {
  std::string_view collection;  // "users"
  std::string_view id_name;     // "user_id"
  log::RecordKind put{};
  log::RecordKind del{};
};
inline constexpr ReferenceKind kUsers{"users", "user_id", log::RecordKind::user_put,
                                      log::RecordKind::user_delete};
inline constexpr ReferenceKind kVideos{"videos", "video_id", log::RecordKind::video_put,
                                       log::RecordKind::video_delete};

struct ReferenceChange {
  std::string id;
  std::string_view document;  // into the request's body; empty for a deletion
};

// Where the changes are, and whether an epoch has taken them in. Not processed: the runner is
// stopping or has failed, and the next start does it, or the last place to wait was taken
// meanwhile.
struct Processed {
  std::vector<Progress::Position> positions;  // by change
  bool processed = false;
  std::vector<size_t> refused;  // of the changes: there was no room for them; ascending
};

// Appends `changes`, whose documents lie in `body` (see check_events on moving it), and calls
// `done` once, from a core thread when they are processed or when the core lets go of them before;
// where the log fails, or too many wait already (429, nothing kept), answers `reply` itself.
void apply_changes(const WriteServices& services, const Options& options, log::RecordKind kind,
                   std::string body, std::vector<ReferenceChange> changes, SharedReply reply,
                   std::function<void(const SharedReply&, const Processed&)> done);

}  // namespace potik::api
