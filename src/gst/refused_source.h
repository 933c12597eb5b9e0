#pragma once

namespace tessera::gst {

// Registers the element "refusedsrc", which GStreamer takes instead of any other for an address of
// a scheme that no meeting is to play from: of a file of this machine, say, or of a device. It
// never starts.
//
// Elements make sources from addresses that they found in a stream, some of them in no bin, where
// nobody could look at them: hlsdemux (of plugins-bad) so reads playlists and keys. An element that
// is made by its name isn't concerned.
//
// Before anything is played.
void register_refused_source();

}  // namespace tessera::gst
