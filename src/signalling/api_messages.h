#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.h"
#include "signalling/studio.h"

// The bodies of the API's requests and answers (README.md, "API").
namespace tessera::signalling {

// Error of each: `invalid_request`, in words that name the member; or `invalid_name`.
Result<OutputRequest> parse_output_request(const std::string& body);
Result<bool> parse_pause(const std::string& body);
Result<SourceRequest> parse_source_request(const std::string& body);
Result<SourceChange> parse_source_change(const std::string& body);

nlohmann::json to_json(const Source& source);

}  // namespace tessera::signalling
