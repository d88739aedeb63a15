#include "log/output_log.h"

namespace potik::log {

std::string_view name(OutputStream stream) {
  switch (stream) {
    case OutputStream::enriched:
      return "enriched";
    case OutputStream::recommendations:
      return "recommendations";
    case OutputStream::alerts:
      return "alerts";
    case OutputStream::dead_letters:
      return "dead-letters";
    case OutputStream::rows:
      return "rows";
  }
  return "unknown";
}

std::string_view phrase(OutputError error) {
  switch (error) {
    case OutputError::io:
      return "The streams of results cannot be written; it is tried again.";
    case OutputError::refused:
      return "Results were sent out of order; this is a bug.";
    case OutputError::fenced:
      return "Another process publishes results under this name; stop one of the two.";
  }
  return "The streams of results failed in an unknown way.";
}

std::string describe(const OutputFailure& failure) {
  std::string text(phrase(failure.error));
  if (!failure.cause.empty()) text.append(" ").append(failure.cause);
  return text;
}

}  // namespace potik::log
