#pragma once

#include <gio/gio.h>

#include "base/ref.h"

namespace tessera::signalling {

// A stream over another one, of which at most 16 KiB are read in one turn of the main loop.
//
// libsoup reads until the socket has no more, so a client that sends fast enough would keep the
// control thread to itself. Here that ends: a read of more says that it would block, although there
// is more, and whoever then waits for the next bytes, with a new source as libsoup does, has them
// in the loop's next turn.
//
// Its input stream emits "handed-out" with the bytes (const void*) and their number (gsize) before
// the reader gets them. Only non-blocking reads (GPollableInputStream) are possible. Closing it, or
// giving up the last reference, closes `base`, of which it holds one. On the control thread.
Ref<GIOStream> meter(GIOStream* base);

// From now on reads only trickle, 1 KiB in 10 ms: for a client that is being sent away, whose
// answer to that still is to be read.
void throttle(GIOStream* metered);

}  // namespace tessera::signalling
