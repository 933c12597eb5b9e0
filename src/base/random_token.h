#pragma once

#include <string>

namespace tessera {

// 128 random bits as hexadecimal digits: nobody guesses it. From any thread.
std::string random_token();

}  // namespace tessera
