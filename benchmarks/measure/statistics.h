#pragma once

#include <vector>

namespace tessera::bench {

// A share of the values lies below it: 0.5 is the median. Between two values by their distance.
// Precondition: there are values.
double quantile(std::vector<double> values, double share);

}  // namespace tessera::bench
