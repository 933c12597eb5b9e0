#include "options.h"

#include <sstream>

namespace tessera::bench {

namespace po = boost::program_options;

Result<po::variables_map> read_options(po::options_description& options,
                                       const std::vector<std::string>& words) {
  options.add_options()("help,h", "show this");
  po::variables_map values;
  try {
    po::store(po::command_line_parser(words).options(options).run(), values);
    po::notify(values);
  } catch (const po::error& error) {
    return Error{"invalid_option", error.what()};
  }
  if (!values.contains("help")) return values;
  std::ostringstream text;
  text << options;
  return Error{"help", text.str()};
}

}  // namespace tessera::bench
