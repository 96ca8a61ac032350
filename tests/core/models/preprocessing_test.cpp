// What a model sees of a picture.
#include "core/base/error.h"
#include "core/models/model_description.h"
#include "core/models/preprocessing.h"

#include <gtest/gtest.h>

#include <cmath>

namespace stratoscope::models {
namespace {

struct Picture {
    std::size_t height;
    std::size_t width;
    std::vector<std::uint8_t> rgb;
    [[nodiscard]] PictureView view() const { return {height, width, rgb}; }
};

/// Red grows to the right, green downwards, blue is even.
Picture ramp(std::size_t height, std::size_t width) {
    Picture picture{height, width, {}};
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x)
            for (const std::size_t value : {255 * x / (width - 1), 255 * y / (height - 1), std::size_t{77}})
                picture.rgb.push_back(static_cast<std::uint8_t>(value));
    return picture;
}

TEST(Preprocessing, LeavesAPictureOfTheRightSizeAlone) {
    const Picture picture = ramp(32, 32);
    EXPECT_EQ(cut_square(picture.view(), {.resize = 32, .size = 32}), picture.rgb);
}

TEST(Preprocessing, HalvingIsTheTriangleOfFourPixels) {
    // The triangle is two wide on each side when halving: weights 1, 3, 3, 1 of 8 over four pixels, less at
    // the edge.
    Picture row{1, 8, {}};
    const std::vector<int> values{0, 10, 200, 40, 90, 250, 3, 7};
    for (const int value : values)
        for (int c = 0; c < 3; ++c)
            row.rgb.push_back(static_cast<std::uint8_t>(value));
    Picture tall = row; // two equal rows, so that only x matters
    tall.height = 2;
    tall.rgb.insert(tall.rgb.end(), row.rgb.begin(), row.rgb.end());
    tall.height = 8;
    for (int i = 0; i < 6; ++i)
        tall.rgb.insert(tall.rgb.end(), row.rgb.begin(), row.rgb.end());
    const auto out = cut_square(tall.view(), {.resize = 4, .size = 4});
    EXPECT_EQ(out[3], std::lround((0 * 1 + 10 * 3 + 200 * 3 + 40 * 1) * 0.0 +
                                  (10 * 1 + 200 * 3 + 40 * 3 + 90 * 1) / 8.0));
    EXPECT_EQ(out[6], std::lround((40 * 1 + 90 * 3 + 250 * 3 + 3 * 1) / 8.0));
    EXPECT_EQ(out[0], std::lround((0 * 3 + 10 * 3 + 200 * 1) / 7.0));
}

TEST(Preprocessing, AnEvenPictureStaysEven) {
    const Picture picture{37, 91, std::vector<std::uint8_t>(37 * 91 * 3, 123)};
    for (const Interpolation interpolation : {Interpolation::bilinear, Interpolation::bicubic})
        for (const std::uint8_t value :
             cut_square(picture.view(), {.resize = 50, .size = 48, .interpolation = interpolation}))
            ASSERT_EQ(value, 123);
}

TEST(Preprocessing, CutsTheMiddle) {
    const Picture picture = ramp(16, 48);
    const auto square = cut_square(picture.view(), {.resize = 16, .size = 16});
    EXPECT_EQ(square[0], 255 * 16 / 47);
    EXPECT_EQ(square[15 * 3], 255 * 31 / 47);
}

TEST(Preprocessing, NormalisesChannelByChannel) {
    const std::vector<std::uint8_t> square{255, 0, 51};
    std::vector<float> out(3);
    const Preprocessing preprocessing{
        .resize = 1, .size = 1, .mean = {0.5F, 0.25F, 0.0F}, .deviation = {0.5F, 0.5F, 2.0F}};
    normalise(square, preprocessing, 3, out);
    EXPECT_EQ(out, (std::vector<float>{1.0F, -0.5F, 0.1F}));
    Preprocessing swapped = preprocessing;
    swapped.bgr = true;
    normalise(square, swapped, 3, out);
    EXPECT_EQ(out, (std::vector<float>{0.1F, -0.5F, 1.0F}));
    std::vector<float> one(1);
    normalise(square, {.resize = 1, .size = 1}, 1, one);
    EXPECT_NEAR(one[0], 0.299F + 0.114F * 0.2F, 1e-6F);
    EXPECT_THROW(normalise(square, preprocessing, 4, out), Error);
}

TEST(Preprocessing, SizesKeepTheirProportion) {
    EXPECT_EQ(with_size(preprocessing_named("imagenet").value(), 384).resize, 439U);
    EXPECT_EQ(with_size(preprocessing_named("clip").value(), 336).resize, 336U);
    EXPECT_EQ(with_size(preprocessing_named("none").value(), 64).resize, 0U);
    EXPECT_FALSE(preprocessing_named("imagenot").has_value());
}

ModelDescription with_modules(const std::vector<std::string>& paths) {
    ModelDescription model;
    for (const std::string& path : paths) {
        ModuleInfo module{.path = path, .type = "Block", .outputs = {}, .untappable = {}};
        module.outputs.push_back(
            {.name = path, .shape = {4}, .order = model.modules.size(), .untappable = {}});
        model.modules.push_back(module);
    }
    return model;
}

TEST(ChoosingOutputs, StarsStopAtDots) {
    const ModelDescription model = with_modules({"blocks.0", "blocks.0.fc", "blocks.1", "head"});
    using Names = std::vector<std::string>;
    EXPECT_EQ(choose_outputs(model, {"blocks.*"}), (Names{"blocks.0", "blocks.1"}));
    EXPECT_EQ(choose_outputs(model, {"blocks.**"}), (Names{"blocks.0", "blocks.0.fc", "blocks.1"}));
    EXPECT_EQ(choose_outputs(model, {"head", "blocks.?"}), (Names{"blocks.0", "blocks.1", "head"}));
    EXPECT_THROW((void)choose_outputs(model, {"block"}), Error);
    // Many stars cost no more than their number.
    EXPECT_THROW((void)choose_outputs(model, {std::string(500, '*') + "x*y*z*q"}), Error);
}

} // namespace
} // namespace stratoscope::models
