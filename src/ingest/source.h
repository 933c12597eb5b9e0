#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace tessera::ingest {

// What somebody named to be played, after it was found to be something that may be: a file of the
// media folder, or an address of a scheme that is known. Its secrets are kept apart from the
// address, so that no message of GStreamer's can repeat them; those in the query of an http address
// can't be.
//
// A value.
struct Source {
  enum class Kind { file, http, rtsp, rtmp, srt };

  Kind kind = Kind::file;
  std::string uri;      // Without user and password, and of SRT without passphrase; a file's path.
  std::string display;  // For people and logs: without these, query, fragment and stream key.
  std::string user;
  std::string password;
  std::string passphrase;            // Of SRT.
  std::vector<std::string> secrets;  // What must not be seen in a log.

  // Whether it only ever plays now. An http address may turn out to, too.
  bool is_live() const { return kind != Kind::file && kind != Kind::http; }
};

// A name without a scheme, or with `file:`, is a file's, relative to the media folder; an absolute
// one has to lie in it. Links are followed first, and only plain files can be played. Without a
// folder there are no files.
//
// Errors: `invalid_source`, `source_not_found`. Neither repeats the address.
Result<Source> read_source(const std::string& address, const std::filesystem::path& media_folder);

}  // namespace tessera::ingest
