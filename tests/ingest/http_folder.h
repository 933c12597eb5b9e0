#pragma once

#include <libsoup/soup.h>

#include <filesystem>
#include <map>
#include <string>

#include "base/ref.h"

namespace tessera::ingest {

// A web server for tests that serves the files of a folder, by ranges too. On the control thread.
class HttpFolder {
 public:
  explicit HttpFolder(std::filesystem::path folder, const std::string& password = "");
  ~HttpFolder();
  HttpFolder(const HttpFolder&) = delete;
  HttpFolder& operator=(const HttpFolder&) = delete;

  // "http://127.0.0.1:PORT/NAME", with user and password before the host if there are some.
  std::string url(const std::string& name, const std::string& user_and_password = "") const;
  int port() const { return port_; }

 private:
  void serve(SoupServerMessage* message, const char* path) const;

  std::filesystem::path folder_;
  std::string password_;
  Ref<SoupServer> server_;
  int port_ = 0;
};

}  // namespace tessera::ingest
