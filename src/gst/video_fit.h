#pragma once

namespace tessera::gst {

// Registers the element "videofit": I420 pictures of any size and pixel shape in, out of the size
// that the caps behind it ask for, with square pixels. Pictures of another shape than that are
// letterboxed or, with crop=true, cropped, their middle in the middle.
//
// Scales as PlaneScaler does, since videoscale's bilinear loops are plain C (1.22) and don't smooth
// what becomes less than half as large.
//
// Before descriptions are parsed.
void register_video_fit();

}  // namespace tessera::gst
