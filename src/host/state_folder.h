#pragma once
// PortableState as a folder of files, which a job of a cluster reads from wherever its machines
// can: model, viewers-000 to viewers-127, judge-000 to judge-127, and manifest.json, written last:
// a folder without it is not whole. A job leaves its state in one likewise.
// docs/formats/state-folder.md.

#include <string>
#include <vector>

#include "base/result.h"
#include "host/portable_state.h"

namespace potik::host {

struct StateManifest {
  Epoch epoch{};
  uint32_t model_version = 0;
  std::string settings;         // CoreOptions::fingerprint() of what computed the state
  std::vector<Offset> offsets;  // by partition of the log: the first that the state does not hold;
                                // empty where its log is not in Kafka
};

// `folder` must be empty or not exist. Synced on return. The error is a sentence. Blocks for the
// disk.
[[nodiscard]] Status<std::string> write_state_folder(const std::string& folder,
                                                     const PortableState& state,
                                                     const StateManifest& manifest);

struct StateFolder {
  PortableState state;
  StateManifest manifest;
};
// What write_state_folder() or the --export of a cluster's job has written. Of the parts only that
// they are there: join_state() looks into them. The error is a sentence. Blocks for the disk.
[[nodiscard]] Result<StateFolder, std::string> read_state_folder(const std::string& folder);

}  // namespace potik::host
