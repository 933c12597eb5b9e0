#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"

namespace tessera::mixer {

// Pixels as cairo's ARGB32: premultiplied, in memory B, G, R, A on a little-endian machine.
struct Image {
  Resolution size;
  int stride = 0;  // bytes from one line to the next
  std::vector<std::uint8_t> argb;

  bool empty() const { return argb.empty(); }
  bool operator==(const Image&) const = default;
};

// What is drawn into the picture for a name. The same name and size give the same pixels.
//
// Any bytes will do as a name: what isn't UTF-8 is drawn as a replacement character. For the
// control thread, once per change: a label takes about 0.1 ms and an avatar of 1280x720 about 3 ms.
// But the first of all loads the fonts, which takes 10 to 100 ms: let that be at start.

// Stands for somebody's camera: their initials on a disc, opaque, in a calm dark colour that
// belongs to the name.
Image draw_avatar(std::string_view name, Resolution size);

// Stands for somebody who is left out of what is recorded: the same for everybody.
Image draw_left_out(Resolution size);

// The name for a corner of the tile, white on a translucent dark pill, with a crossed-out
// microphone if theirs is off. At most 80 % of the tile's width, the name being cut short with an
// ellipsis. Empty if the tile is too small for that, or the name blank.
Image draw_label(std::string_view name, bool microphone, Resolution tile);

// The whole picture while nobody is in the room: its name, and that it goes on.
Image draw_slate(std::string_view room, Resolution size);

// The first letters of the first and the last word, in capitals: what a reader takes for one
// letter, be it built of several code points (an umlaut, an emoji). "?" if there is nothing that
// could be one.
std::string initials(std::string_view name);

}  // namespace tessera::mixer
