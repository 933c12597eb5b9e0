#include "gst/descriptions.h"

#include <gmock/gmock.h>
#include <gst/gst.h>

#include <filesystem>
#include <fstream>

#include "gst/packages.h"
#include "gst/pipeline.h"
#include "support/sinks.h"

namespace tessera::gst {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct Expansion {
  const char* name;
  const char* text;
  int slots;
  const char* expected;
};

class ExpansionTest : public testing::TestWithParam<Expansion> {};

TEST_P(ExpansionTest, IsTheTextToParse) {
  EXPECT_EQ(expand_description(GetParam().text, GetParam().slots), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Descriptions, ExpansionTest,
    testing::Values(Expansion{"keeps_lines", "a\n! b\n  c\n", 0, "a\n! b\n  c\n"},
                    Expansion{"ends_the_last_line", "a", 0, "a\n"},
                    Expansion{"drops_comments_and_empty_lines", "# one\na\n\n  # two\n \t\n! b\n",
                              0, "a\n! b\n"},
                    Expansion{"keeps_a_hash_inside_a_line", "a name=x#y\n", 0, "a name=x#y\n"},
                    Expansion{"repeats_for_each_slot", "a\neach slot: b_{slot} ! c_{slot}\nd\n", 3,
                              "a\n b_0 ! c_0\n b_1 ! c_1\n b_2 ! c_2\nd\n"},
                    Expansion{"leaves_slots_out_of_none", "a\neach slot: b_{slot}\n", 0, "a\n"},
                    Expansion{"leaves_braces_of_other_lines_alone", "a_{slot}\n", 2, "a_{slot}\n"}),
    [](const auto& test) { return test.param.name; });

// A copy of the project's descriptions, to break one.
class DescriptionsTest : public testing::Test {
 protected:
  DescriptionsTest() : folder_(CString(g_dir_make_tmp("tessera-XXXXXX", nullptr)).get()) {
    std::filesystem::copy(std::filesystem::path(TESSERA_SOURCE_DIR) / "pipelines", folder_);
  }
  ~DescriptionsTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& file, const std::string& text) const {
    std::ofstream(folder_ / file) << text;
  }

  std::string error() const {
    const auto loaded = Descriptions::load(folder_);
    if (loaded) return "";
    EXPECT_EQ(loaded.error().code, "pipeline_invalid");
    return loaded.error().message;
  }

  std::filesystem::path folder_;
};

TEST_F(DescriptionsTest, AreLoadedWithoutTheirCommentsAndForAnyNumberOfSlots) {
  write("send-opus.gst", "# A comment.\nfakesrc\n! fakesink\n");
  write("mix-audio.gst", "fakesrc ! fakesink\neach slot: fakesrc name=voice_{slot} ! fakesink\n");
  const auto loaded = Descriptions::load(folder_);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->text("send-opus"), "fakesrc\n! fakesink\n");
  EXPECT_EQ(loaded->text("mix-audio", 1), "fakesrc ! fakesink\n fakesrc name=voice_0 ! fakesink\n");
  EXPECT_THAT(loaded->text("mix-audio", 9), HasSubstr("voice_8"));
}

TEST_F(DescriptionsTest, NameTheFileThatIsMissing) {
  std::filesystem::remove(folder_ / "encode-vp8.gst");
  EXPECT_THAT(error(), AllOf(HasSubstr("encode-vp8.gst"), HasSubstr("can't be read")));
}

TEST_F(DescriptionsTest, NameTheFileThatIsEmpty) {
  write("peer.gst", "");
  EXPECT_THAT(error(), AllOf(HasSubstr("peer.gst"), HasSubstr("can't be read")));
}

TEST_F(DescriptionsTest, NameAFolderThatIsNotThere) {
  std::filesystem::remove_all(folder_);
  EXPECT_THAT(error(), HasSubstr(folder_.string()));
}

TEST_F(DescriptionsTest, RefuseAPropertyThatTheElementHasNot) {
  write("send-opus.gst", "fakesrc loudness=11 ! fakesink\n");
  EXPECT_THAT(error(), AllOf(HasSubstr("send-opus.gst"), HasSubstr("property \"loudness\"")));
}

TEST_F(DescriptionsTest, RefuseAnElementThatNobodyKnows) {
  write("send-opus.gst", "fakesrc ! nosuchelement ! fakesink\n");
  EXPECT_THAT(error(), AllOf(HasSubstr("send-opus.gst"), HasSubstr("nosuchelement"),
                             testing::Not(HasSubstr("package"))));
}

TEST_F(DescriptionsTest, RefuseWhatCannotBeLinkedInALineForSlotsToo) {
  write("mix-audio.gst", "fakesrc ! fakesink\neach slot: fakesrc ! capsfilter caps=broken ! \n");
  EXPECT_THAT(error(), HasSubstr("mix-audio.gst"));
}

// Each of these elements with the package that has it in Debian and Ubuntu.
class MissingElementTest : public DescriptionsTest,
                           public testing::WithParamInterface<std::pair<const char*, const char*>> {
};

TEST_P(MissingElementTest, IsNamedTogetherWithItsPackage) {
  const auto [element, package] = GetParam();
  GstRegistry* registry = gst_registry_get();
  const auto known = Ref<GstPluginFeature>::adopt(gst_registry_lookup_feature(registry, element));
  ASSERT_TRUE(known);
  // A plugin that is loaded only later makes its features anew, and the old one is of no more use.
  const auto factory = Ref<GstPluginFeature>::adopt(gst_plugin_feature_load(known.get()));
  gst_registry_remove_feature(registry, factory.get());
  EXPECT_THAT(error(), AllOf(HasSubstr(element), HasSubstr(package)));
  gst_registry_add_feature(registry, factory.get());
  EXPECT_EQ(error(), "");
}

INSTANTIATE_TEST_SUITE_P(Descriptions, MissingElementTest,
                         testing::Values(std::pair{"compositor", "gstreamer1.0-plugins-base"},
                                         std::pair{"vp8enc", "gstreamer1.0-plugins-good"},
                                         std::pair{"webrtcbin", "gstreamer1.0-plugins-bad"},
                                         std::pair{"dtlssrtpenc", "gstreamer1.0-plugins-bad"},
                                         std::pair{"x264enc", "gstreamer1.0-plugins-ugly"},
                                         std::pair{"avdec_h264", "gstreamer1.0-libav"},
                                         std::pair{"nicesrc", "gstreamer1.0-nice"}),
                         [](const auto& test) { return test.param.first; });

// Of those in use; GStreamer's core can't be missing, nor can what is of no plugin but Tessera's.
TEST(Descriptions, KnowThePackageOfEachElement) {
  const auto each = [](const GValue* item, gpointer) {
    auto* factory = gst_element_get_factory(GST_ELEMENT(g_value_get_object(item)));
    const char* plugin = gst_plugin_feature_get_plugin_name(GST_PLUGIN_FEATURE(factory));
    if (plugin == nullptr || g_strcmp0(plugin, "coreelements") == 0) return;
    EXPECT_NE(package_of_element(GST_OBJECT_NAME(factory)), "") << GST_OBJECT_NAME(factory);
  };
  const auto descriptions = test::descriptions();
  for (const auto& [name, text] : descriptions.all()) {
    const auto pipeline = Pipeline::create(name, descriptions.text(name, 1));
    ASSERT_TRUE(pipeline) << name;
    const std::unique_ptr<GstIterator, FreeWith<gst_iterator_free>> elements(
        gst_bin_iterate_elements(GST_BIN((*pipeline)->get())));
    gst_iterator_foreach(elements.get(), each, nullptr);
  }
}

TEST(Descriptions, AreAllThatTheFolderHas) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(TESSERA_SOURCE_DIR) / "pipelines")) {
    if (entry.path().extension() == ".gst") files.push_back(entry.path().stem());
  }
  std::vector<std::string> loaded;
  const auto descriptions = test::descriptions();
  for (const auto& [name, text] : descriptions.all()) loaded.push_back(name);
  EXPECT_THAT(files, testing::UnorderedElementsAreArray(loaded));
}

}  // namespace
}  // namespace tessera::gst
