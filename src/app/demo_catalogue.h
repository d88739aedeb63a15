#pragma once
// Puts the demo's videos into an empty catalogue.

#include <ostream>
#include <string>

#include "app/catalogue_writer.h"
#include "base/ids.h"
#include "base/result.h"

namespace potik::app {

// Reads DIR/videos.ndjson and writes its videos, unless the server knows videos already. Their
// dates, which are fixed in the file, are moved together so that the newest was published shortly
// before `now`: a demo has new videos too. `notes` says where they were left out. The error is a
// sentence for the operator.
[[nodiscard]] Status<std::string> load_demo_catalogue(const std::string& dir,
                                                      CatalogueWriter& catalogue, TimeMs now,
                                                      std::ostream& notes);

}  // namespace potik::app
