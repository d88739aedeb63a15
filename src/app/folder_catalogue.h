#pragma once
// Makes a folder of videos the server's catalogue.

#include <ostream>
#include <stop_token>
#include <string>

#include "app/catalogue_writer.h"
#include "base/result.h"

namespace potik::app {

struct FolderPlaces {
  std::string videos;   // the folder
  std::string posters;  // where they are kept; made if need be
  std::string record;   // what was told at the last start
};

// Looks at every file that is new or has changed since the last start, two at a time, and tells the
// catalogue: what is new, what has changed, what is gone; as it finds them, some dozens at once.
// Says on `notes` which files are no videos that can be shown, and shows how far it is. Returns
// when that is processed or a stop is asked for; the next start then goes on. The error is a
// sentence for the operator: ffmpeg is missing, a disk is full, the runner failed.
[[nodiscard]] Status<std::string> load_video_folder(const FolderPlaces& places,
                                                    CatalogueWriter& catalogue,
                                                    const std::stop_token& stop,
                                                    std::ostream& notes);

}  // namespace potik::app
