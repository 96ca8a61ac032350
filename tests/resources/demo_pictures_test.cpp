// The demo's pictures: the same for the same seed, and each factor does what its name says.
#include "resources/demo/outline.h"
#include "resources/demo/picture_set.h"
#include "resources/demo/render.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>

namespace stratoscope::demo {
namespace {

constexpr std::size_t side = 64;
using Picture = std::vector<std::uint8_t>;

Scene quiet_scene() {
    Scene scene;
    scene.hue = 0.67F;
    scene.background_lightness = 0.85F;
    return scene;
}

double luminance_at(const Picture& picture, std::size_t pixel) {
    return 0.2126 * picture[3 * pixel] + 0.7152 * picture[3 * pixel + 1] + 0.0722 * picture[3 * pixel + 2];
}

struct Light {
    double mean = 0.0;
    double deviation = 0.0;
};

Light light_of(const Picture& picture) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t i = 0; i < side * side; ++i) {
        sum += luminance_at(picture, i);
        squares += std::pow(luminance_at(picture, i), 2.0);
    }
    const double mean = sum / (side * side);
    return {mean, std::sqrt(squares / (side * side) - mean * mean)};
}

// Of the pixels that change when the object changes its hue: where they are and how many.
struct Footprint {
    double x = 0.0;
    double y = 0.0;
    double pixels = 0.0;
};

Footprint footprint_of(Scene scene) {
    const Picture one = render(scene, side);
    scene.hue += 0.45F;
    const Picture other = render(scene, side);
    Footprint found;
    for (std::size_t i = 0; i < side * side; ++i)
        if (std::abs(one[3 * i] - other[3 * i]) + std::abs(one[3 * i + 2] - other[3 * i + 2]) > 40) {
            found.x += static_cast<double>(i % side);
            found.y += static_cast<double>(i / side);
            found.pixels += 1.0;
        }
    found.x /= found.pixels * side;
    found.y /= found.pixels * side;
    return found;
}

TEST(DemoPictures, TheSameSeedGivesTheSameBytes) {
    ThreadPool one(1);
    ThreadPool three(3);
    const PictureSet a = draw(random_scenes(24, 5), true, one);
    const PictureSet b = draw(random_scenes(24, 5), true, three);
    EXPECT_EQ(a.shown, b.shown);
    EXPECT_EQ(a.seen, b.seen);
    EXPECT_NE(a.shown, draw(random_scenes(24, 6), true, one).shown);
    EXPECT_EQ(a.shown.size(), 24 * side * side * 3);
    EXPECT_EQ(a.seen.size(), 24 * side * side * 3 / 4);
}

TEST(DemoPictures, ClassesAreEqualInNumberAndDifferInName) {
    std::array<int, class_count> counts{};
    for (const Scene& scene : random_scenes(10 * class_count, 1))
        ++counts.at(static_cast<std::size_t>(scene.label()));
    for (const int count : counts)
        EXPECT_EQ(count, 10);
    for (int a = 0; a < static_cast<int>(class_count); ++a)
        for (int b = 0; b < a; ++b)
            EXPECT_NE(class_name(a), class_name(b));
    EXPECT_EQ(class_name(10), "striped star");
}

TEST(DemoPictures, TheClassSaysNothingOfTheOtherFactors) {
    // The mean exposure and size of each class lie within four standard errors of the whole's.
    const std::size_t per_class = 400;
    std::array<double, class_count> exposure{};
    std::array<double, class_count> size{};
    for (const Scene& scene : random_scenes(per_class * class_count, 3)) {
        exposure.at(static_cast<std::size_t>(scene.label())) += scene.exposure / per_class;
        size.at(static_cast<std::size_t>(scene.label())) += scene.size / per_class;
    }
    for (std::size_t c = 0; c < class_count; ++c) {
        EXPECT_NEAR(exposure.at(c), 0.92, 4.0 * 0.4 / std::sqrt(12.0 * per_class));
        EXPECT_NEAR(size.at(c), 0.24, 4.0 * 0.1 / std::sqrt(12.0 * per_class));
    }
}

TEST(DemoPictures, ExposureBrightensAndContrastSpreads) {
    Scene scene = quiet_scene();
    scene.exposure = 0.7F;
    const Light dim = light_of(render(scene, side));
    scene.exposure = 1.1F;
    const Light bright = light_of(render(scene, side));
    EXPECT_GT(bright.mean, dim.mean + 20.0);

    scene = quiet_scene();
    scene.contrast = 0.6F;
    const Light flat = light_of(render(scene, side));
    scene.contrast = 1.0F;
    const Light full = light_of(render(scene, side));
    EXPECT_NEAR(flat.deviation / full.deviation, 0.6, 0.03);
}

TEST(DemoPictures, NoiseHasTheDeviationItSays) {
    Scene scene = quiet_scene();
    const Picture clean = render(scene, side);
    scene.noise = 0.05F;
    const Picture grainy = render(scene, side);
    double squares = 0.0;
    double count = 0.0;
    for (std::size_t i = 0; i < clean.size(); ++i)
        if (clean[i] > 50 && clean[i] < 205) { // where the grain isn't clipped
            squares += std::pow(static_cast<double>(grainy[i]) - clean[i], 2.0);
            count += 1.0;
        }
    ASSERT_GT(count, 2000.0);
    // 0.9 of it is shared by the colours, 0.4 is each colour's own.
    EXPECT_NEAR(std::sqrt(squares / count), 255.0 * 0.05 * std::hypot(0.9, 0.4), 0.6);
}

TEST(DemoPictures, TheObjectIsWhereAndAsLargeAsItSays) {
    for (const Shape shape : {Shape::disc, Shape::square, Shape::triangle, Shape::star}) {
        Scene scene = quiet_scene();
        scene.shape = shape;
        scene.x = 0.4F;
        scene.y = 0.6F;
        const Footprint small = footprint_of(scene);
        EXPECT_NEAR(small.x, 0.4, 0.03) << name_of(shape);
        EXPECT_NEAR(small.y, 0.6, 0.03) << name_of(shape);
        scene.size *= 1.2F;
        EXPECT_NEAR(footprint_of(scene).pixels / small.pixels, 1.44, 0.12) << name_of(shape);
    }
}

TEST(DemoPictures, OutlinesOfAllShapesHoldTheSameArea) {
    const auto area_of = [](Shape shape) {
        const float size = 0.25F;
        const int grid = 400;
        int inside = 0;
        for (int y = 0; y < grid; ++y)
            for (int x = 0; x < grid; ++x)
                inside += outline_distance(shape,
                                           {(static_cast<float>(x) + 0.5F) / grid - 0.5F,
                                            (static_cast<float>(y) + 0.5F) / grid - 0.5F},
                                           size) < 0.0F;
        return static_cast<double>(inside) / (grid * grid);
    };
    const double disc = area_of(Shape::disc);
    EXPECT_NEAR(disc, 3.14159 * 0.0625, 1e-3);
    // Rounded corners move the edge a little.
    for (const Shape shape : {Shape::square, Shape::triangle, Shape::star})
        EXPECT_NEAR(area_of(shape) / disc, 1.0, 0.12) << name_of(shape);
}

TEST(DemoPictures, DistancesGrowByOneAwayFromTheEdge) {
    for (const Shape shape : {Shape::disc, Shape::square, Shape::triangle, Shape::star}) {
        // Along any ray far outside, a step outwards adds no more than its length and nearly all of it.
        for (int i = 0; i < 16; ++i) {
            const auto turn = static_cast<float>(i) * 0.41F;
            const auto at = [&](float r) {
                return outline_distance(shape, {r * std::cos(turn), r * std::sin(turn)}, 0.2F);
            };
            EXPECT_LE(at(3.1F) - at(3.0F), 0.1F + 1e-4F);
            EXPECT_GT(at(3.1F) - at(3.0F), 0.098F) << name_of(shape) << " at " << turn;
        }
        EXPECT_LT(outline_distance(shape, {0.0F, 0.0F}, 0.2F), -0.05F) << name_of(shape);
    }
}

TEST(DemoPictures, HalvingIsTheMeanOfFour) {
    Picture picture(4 * 4 * 3);
    std::iota(picture.begin(), picture.end(), std::uint8_t{0});
    const Picture half = halved(picture, 4);
    ASSERT_EQ(half.size(), 2U * 2U * 3U);
    // Red of pixels (0,0) (0,1) (1,0) (1,1): 0, 3, 12, 15.
    EXPECT_EQ(half[0], 8);
    // Blue of the last four: 32, 35, 44, 47 → 39.5, rounded up.
    EXPECT_EQ(half[11], 40);
}

} // namespace
} // namespace stratoscope::demo
