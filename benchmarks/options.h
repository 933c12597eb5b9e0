#pragma once

#include <boost/program_options.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace tessera::bench {

// Reads a command's words by its options. Errors: `invalid_option` with a sentence, and `help`,
// with what --help shows, which every command has beside its own.
Result<boost::program_options::variables_map> read_options(
    boost::program_options::options_description& options, const std::vector<std::string>& words);

}  // namespace tessera::bench
