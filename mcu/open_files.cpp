#include "mcu/open_files.h"

#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace tessera::mcu {
namespace {

// Measured, with some to spare: a connection has a socket for each local address.
constexpr std::uint64_t files_of_a_participant = 22;
constexpr std::uint64_t files_of_a_room = 10;

// For those who are connected but in no room (150), for other HTTP connections (100), and for the
// program itself.
constexpr std::uint64_t reserve = 300;

}  // namespace

std::uint64_t allow_many_files() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::numeric_limits<std::uint64_t>::max();
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before;
}

int people_with(std::uint64_t open_files, int max_rooms) {
  const std::uint64_t files = open_files - std::min(open_files, reserve);
  const auto rooms = static_cast<std::uint64_t>(max_rooms);
  // As long as there may be another room, the next may be the first in it.
  const std::uint64_t in_own_rooms = files / (files_of_a_participant + files_of_a_room);
  const std::uint64_t people = in_own_rooms < rooms
                                   ? in_own_rooms
                                   : (files - rooms * files_of_a_room) / files_of_a_participant;
  return static_cast<int>(std::min<std::uint64_t>(people, std::numeric_limits<int>::max()));
}

}  // namespace tessera::mcu
