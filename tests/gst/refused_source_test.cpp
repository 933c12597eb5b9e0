#include "gst/refused_source.h"

#include <gst/gst.h>
#include <gtest/gtest.h>

#include <string>

#include "gst/ref.h"

namespace tessera::gst {
namespace {

Ref<GstElement> reader_of(const std::string& address) {
  return Ref<GstElement>::share(
      gst_element_make_from_uri(GST_URI_SRC, address.c_str(), nullptr, nullptr));
}

std::string factory_of(const Ref<GstElement>& element) {
  return GST_OBJECT_NAME(gst_element_get_factory(element.get()));
}

TEST(RefusedSource, IsWhatReadsAddressesOfThisMachine) {
  for (const char* address : {"file:///dev/null", "FILE:///dev/null", "fd://0", "appsrc://"}) {
    const auto reader = reader_of(address);
    ASSERT_TRUE(reader) << address;
    EXPECT_EQ(factory_of(reader), "refusedsrc") << address;
    EXPECT_EQ(gst_element_set_state(reader.get(), GST_STATE_READY), GST_STATE_CHANGE_FAILURE);
    gst_element_set_state(reader.get(), GST_STATE_NULL);
  }
}

TEST(RefusedSource, LeavesAddressesOfTheNetworkToOthersAndWhatIsInTheAddress) {
  for (const char* address : {"http://host/a", "rtsp://host/a", "rtmp://host/a/b", "srt://host:9",
                              "udp://127.0.0.1:0", "data:text/plain,a"}) {
    const auto reader = reader_of(address);
    ASSERT_TRUE(reader) << address;
    EXPECT_NE(factory_of(reader), "refusedsrc") << address;
  }
}

TEST(RefusedSource, RemembersItsAddress) {
  const CString address(gst_uri_handler_get_uri(GST_URI_HANDLER(reader_of("fd://7").get())));
  EXPECT_STREQ(address.get(), "fd://7");
}

}  // namespace
}  // namespace tessera::gst
