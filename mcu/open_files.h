#pragma once

#include <cstdint>

namespace tessera::mcu {

// Raises the process's limit of open files as far as it may, since the usual one of 1,024 is there
// for programs that use select(). Returns the limit.
std::uint64_t allow_many_files();

// How many participants so many open files are enough for, however they spread over the rooms.
//
// To run out of files ends all meetings: GLib ends a program that can't wake up a thread.
int people_with(std::uint64_t open_files, int max_rooms);

}  // namespace tessera::mcu
