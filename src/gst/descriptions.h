#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"

namespace tessera::gst {

// The pipeline descriptions of a folder, pipelines/*.gst: gst-launch syntax, a stage per line, and
// what pipelines/README.md says of comments and slots. Read and checked once at start, so that a
// broken one ends the start and not a meeting.
class Descriptions {
 public:
  // Reads and parses every file. Errors: `pipeline_invalid` with the file, the fault and, for an
  // element that isn't installed, the Debian package that has it.
  static Result<Descriptions> load(const std::filesystem::path& folder);

  // The text to parse, for a description without slots. The name is the file's, without its ending.
  // Precondition: it exists; the names in use are checked by load().
  const std::string& text(const std::string& name) const;

  // The text of a description with slots, for this many.
  std::string text(const std::string& name, int slots) const;

  const std::map<std::string, std::string>& all() const { return texts_; }

 private:
  std::map<std::string, std::string> texts_;
};

// A description's lines for `slots` slots, without comments. A line that begins with "each slot:"
// stands once for every slot, with {slot} replaced by its number from 0.
std::string expand_description(const std::string& text, int slots);

}  // namespace tessera::gst
