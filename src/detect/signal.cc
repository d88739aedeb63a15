#include "detect/signal.h"

namespace potik::detect {

namespace {
constexpr std::array<std::string_view, kSignalKinds> kNames{
    "like_burst", "like_rate", "comment_flood", "impossible_watch", "conflicting_event_id"};
}

std::string_view name(SignalKind kind) { return kNames[static_cast<size_t>(kind)]; }

}  // namespace potik::detect
