#pragma once

namespace tessera::gst {

// Registers the element "mixminus": an audiomixer that also tells, for each of its inputs, the sum
// of all the others. Beside audiomixer's pads it has `minus_N`, which it makes on request: what
// goes out there is everything but what came in at sink_N. Mono float only.
//
// One of them does the work of an audiomixer for each speaker and one for the programme, and every
// input is taken once instead of once by each: with 9 speakers a tenth of the CPU time.
//
// Before descriptions are parsed.
void register_mix_minus();

}  // namespace tessera::gst
