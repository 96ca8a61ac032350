// Outputs of submodules against hand-run values, and files that are no model.
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/models/load_model.h"
#include "core/models/suggested_steps.h"
#include "tests/core/models/made_models.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <mutex>

namespace stratoscope::models {
namespace {

using Values = std::map<std::string, std::vector<float>>;

class TorchScript : public testing::Test {
  protected:
    [[nodiscard]] std::filesystem::path odd() const {
        const auto path = folder.path() / "odd.pt";
        support::write_odd_model(path);
        return path;
    }
    [[nodiscard]] std::filesystem::path raw(const std::string& name, const std::string& bytes) const {
        std::ofstream(folder.path() / name, std::ios::binary) << bytes;
        return folder.path() / name;
    }
    [[nodiscard]] std::shared_ptr<const LoadedModel> load_odd() const {
        return load_model(odd(), {.input = InputSize{1, 4, 4}});
    }
    static std::vector<std::string> tappable(const ModelDescription& model) {
        std::vector<std::string> names;
        for (const ModuleInfo& module : model.modules)
            for (const ModuleOutput& output : module.outputs)
                if (output.tappable())
                    names.push_back(output.name);
        return names;
    }
    static Values run(const LoadedModel& model, const std::vector<std::string>& outputs,
                      const std::vector<float>& pixels, std::size_t images, std::size_t threads) {
        ThreadPool pool(threads);
        const InputSize input = model.description().input;
        std::mutex mutex;
        Values out;
        model.prepare(outputs)->run({pixels, images, input.channels, input.height, input.width},
                                    [&](const TapValue& tap) {
                                        const std::lock_guard lock(mutex);
                                        auto& values = out[outputs[tap.output]];
                                        const std::size_t width = tap.values.size() / tap.shape.front();
                                        values.resize(images * width, NAN);
                                        std::ranges::copy(tap.values,
                                                          values.begin() +
                                                              static_cast<std::ptrdiff_t>(tap.first * width));
                                    },
                                    {pool, {}, {}});
        return out;
    }
    static std::string refusal(const std::filesystem::path& file, const LoadOptions& options = {}) {
        try {
            (void)load_model(file, options);
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    }

    support::TemporaryFolder folder;
};

std::vector<float> made_up_pixels(std::size_t count) {
    std::vector<float> pixels(count);
    for (std::size_t i = 0; i < count; ++i)
        pixels[i] = std::cos(static_cast<float>(i) * 1.7F);
    return pixels;
}

TEST_F(TorchScript, GivesEveryOutputAsRunByHand) {
    const auto model = load_odd();
    constexpr std::size_t images = 11; // parts of 4, 4 and 3
    const std::vector<float> pixels = made_up_pixels(images * 16);
    const Values got = run(*model, tappable(model->description()), pixels, images, 2);
    const auto expected = support::run_odd_model_by_hand(pixels);
    EXPECT_EQ(got.size(), expected.size());
    for (const support::HandRun& one : expected) {
        const auto at = got.find(one.output);
        ASSERT_NE(at, got.end()) << one.output;
        ASSERT_EQ(at->second.size(), one.values.size()) << one.output;
        for (std::size_t i = 0; i < one.values.size(); ++i)
            ASSERT_NEAR(at->second[i], one.values[i], 1e-5F * (1.0F + std::abs(one.values[i])))
                << one.output << " " << i;
    }
}

TEST_F(TorchScript, GivesTheSameBitsOnAnyNumberOfThreads) {
    const auto model = load_odd();
    const std::vector<float> pixels = made_up_pixels(23 * 16);
    const auto outputs = tappable(model->description());
    EXPECT_EQ(run(*model, outputs, pixels, 23, 1), run(*model, outputs, pixels, 23, 3));
}

TEST_F(TorchScript, GivesOneOutputAsItGivesAll) {
    const auto model = load_odd();
    const std::vector<float> pixels = made_up_pixels(5 * 16);
    const auto outputs = tappable(model->description());
    const Values all = run(*model, outputs, pixels, 5, 1);
    for (const std::string& output : outputs) // what follows is cut off behind it
        EXPECT_EQ(run(*model, {output}, pixels, 5, 1).at(output), all.at(output)) << output;
}

TEST_F(TorchScript, GivesAModuleAndTheLastOneInIt) {
    support::write_small_network(folder.path() / "small.pt", 32);
    const auto model = load_model(folder.path() / "small.pt", {});
    const std::vector<float> pixels = made_up_pixels(std::size_t{3} * 32 * 32);
    const Values got = run(*model, {"stage_2.convolution", "stage_2"}, pixels, 1, 1);
    ASSERT_EQ(got.size(), 2U);
    for (std::size_t i = 0; i < got.at("stage_2").size(); ++i)
        ASSERT_NEAR(got.at("stage_2")[i], std::tanh(got.at("stage_2.convolution")[i]), 1e-6F);
}

TEST_F(TorchScript, LeavesTheInputAlone) {
    const auto model = load_odd();
    const std::vector<float> pixels = made_up_pixels(3 * 16);
    const std::vector<float> before = pixels;
    (void)run(*model, tappable(model->description()), pixels, 3, 1);
    EXPECT_EQ(pixels, before);
}

TEST_F(TorchScript, SaysWhyAModuleCanNotBeHad) {
    const auto model = load_odd();
    const ModelDescription& description = model->description();
    ASSERT_NE(description.find("unused"), nullptr);
    EXPECT_NE(description.find("unused")->untappable.find("no call"), std::string::npos);
    EXPECT_NE(description.find("not_taken")->untappable.find("branch"), std::string::npos);
    EXPECT_TRUE(description.find("taken")->tappable());
    EXPECT_EQ(description.find("repeated")->outputs.size(), 3U);
    EXPECT_THROW((void)model->prepare({"unused"}), Error);
}

TEST_F(TorchScript, StopsWhenCancelled) {
    const auto model = load_odd();
    const std::vector<float> pixels = made_up_pixels(16);
    const auto pass = model->prepare({"map"});
    ThreadPool pool(1);
    Cancellation cancellation;
    EXPECT_THROW(pass->run({pixels, 1, 1, 4, 4}, [&](const TapValue&) { throw Cancelled{}; },
                           {pool, cancellation, {}}),
                 Cancelled);
    cancellation.request();
    EXPECT_THROW(pass->run({pixels, 1, 1, 4, 4}, [](const TapValue&) {}, {pool, cancellation, {}}),
                 Cancelled);
}

TEST_F(TorchScript, PassesOnWhatTheSinkThrows) {
    const auto model = load_odd();
    const std::vector<float> pixels = made_up_pixels(16);
    const auto pass = model->prepare({"map"});
    ThreadPool pool(1);
    const auto refuse = [](const TapValue&) {
        throw Error(ErrorKind::cannot_write, {.what = "the disk is full"});
    };
    try {
        pass->run({pixels, 1, 1, 4, 4}, refuse, {pool, {}, {}});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::cannot_write);
    }
    // And can be used again.
    EXPECT_NO_THROW(pass->run({pixels, 1, 1, 4, 4}, [](const TapValue&) {}, {pool, {}, {}}));
}

TEST_F(TorchScript, CountsParametersAndProducts) {
    const auto model = load_odd();
    EXPECT_EQ(model->description().parameters, 6U * 256U);
    // Seven maps of 16 × 16 are run: the block twice, map, taken, repeated three times.
    EXPECT_EQ(model->description().multiply_adds, 7U * 256U);
    support::write_small_network(folder.path() / "small.pt", 32);
    const auto small = load_model(folder.path() / "small.pt", {});
    EXPECT_EQ(small->description().input, (InputSize{3, 32, 32}));
    EXPECT_TRUE(small->description().input_guessed);
    EXPECT_EQ(small->description().multiply_adds, 16U * 16U * 8U * 27U + 8U * 8U * 8U * 72U + 8U * 64U * 5U);
    EXPECT_EQ(small->description().find("stage_1")->outputs.front().shape,
              (std::vector<std::size_t>{8, 16, 16}));
}

TEST_F(TorchScript, NamesTheSizeThatFits) {
    support::write_small_network(folder.path() / "small.pt", 32);
    const std::string said = refusal(folder.path() / "small.pt", {.input = InputSize{3, 64, 64}});
    EXPECT_NE(said.find("64 × 64"), std::string::npos) << said;
    EXPECT_NE(said.find("It takes 32 × 32"), std::string::npos) << said;
}

TEST_F(TorchScript, RefusesWhatIsNoModelWithAWayOut) {
    const std::filesystem::path good = odd();
    std::ifstream in(good, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    support::write_frozen_model(folder.path() / "frozen.pt");
    const std::vector<std::tuple<std::filesystem::path, const char*, const char*>> cases{
        {raw("empty.pt", ""), "empty", "Copy"},
        {raw("text.pt", "this is a text, not a model"), "no model", "torch.jit"},
        {raw("cut.pt", bytes.substr(0, bytes.size() / 2)), "cut off", "torch.jit"},
        {raw("old.pt", "\x80\x02}q\x01."), "pickle", "torch.jit"},
        {raw("weights.safetensors", std::string("\x40\0\0\0\0\0\0\0{\"a\":1}", 15)), "safetensors",
         "torch.jit"},
        {folder.path() / "frozen.pt", "frozen", "torch.jit.freeze"},
        {folder.path() / "absent.pt", "can't be opened", ""},
        {folder.path(), "folder", ""},
    };
    for (const auto& [file, what, way_out] : cases) {
        const std::string said = refusal(file);
        EXPECT_NE(said.find(what), std::string::npos) << file << ": " << said;
        EXPECT_NE(said.find(way_out), std::string::npos) << file << ": " << said;
        EXPECT_NE(said.find(file.filename().string()), std::string::npos) << said;
    }
}

TEST_F(TorchScript, RefusesDevicesThatAreNotThere) {
    const std::filesystem::path file = odd();
    for (const auto& [device, kind] :
         {std::pair{"cuda:99", ErrorKind::no_device}, std::pair{"toaster", ErrorKind::usage}})
        try {
            (void)load_model(file, {.input = InputSize{1, 4, 4}, .device = device});
            ADD_FAILURE() << device;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), kind) << error.what();
        }
}

TEST_F(TorchScript, SurvivesFlippedBytes) {
    const std::filesystem::path good = odd();
    std::ifstream in(good, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    for (std::size_t at = 3; at < bytes.size(); at += bytes.size() / 60) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
        const std::filesystem::path file = raw("damaged.pt", damaged);
        try {
            (void)load_model(file, {.input = InputSize{1, 4, 4}});
        } catch (const Error&) {
            // As good as reading it: the rest is for LibTorch.
        }
    }
}

// Real models, where they lie beside the checkout: the modules of `chain` hand their output on.
TEST(RealModels, TakeStepsAsTheirAuthorsDo) {
    const auto models = std::filesystem::path(STRATOSCOPE_SOURCE_DIR).parent_path() / "shared/data/models";
    if (!std::filesystem::exists(models / "mobilenet_v2.pt"))
        GTEST_SKIP() << "no models beside the checkout";
    const auto mobilenet = load_model(models / "mobilenet_v2.pt", {});
    const auto steps = suggested_steps(mobilenet->description());
    ASSERT_EQ(steps.size(), 20U);
    EXPECT_EQ(steps.front(), "features.0");
    EXPECT_EQ(steps[18], "features.18");
    const auto resnet = load_model(models / "resnet56.pt", {});
    EXPECT_EQ(resnet->description().input, (InputSize{3, 32, 32}));
    EXPECT_EQ(suggested_family(resnet->description()), "cnn");
    EXPECT_GE(suggested_steps(resnet->description()).size(), 28U);
    EXPECT_EQ(load_model(models / "darknet_tiny.pt", {})->description().input, (InputSize{3, 224, 224}));
}

} // namespace
} // namespace stratoscope::models
