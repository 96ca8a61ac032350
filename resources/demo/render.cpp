#include "resources/demo/render.h"

#include "resources/demo/colour.h"
#include "resources/demo/outline.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace stratoscope::demo {
namespace {

float smooth_step(float from, float to, float v) {
    const float t = std::clamp((v - from) / (to - from), 0.0F, 1.0F);
    return t * t * (3.0F - 2.0F * t);
}

Point turned(Point p, float angle) {
    const float c = std::cos(angle);
    const float s = std::sin(angle);
    return {c * p.x + s * p.y, c * p.y - s * p.x};
}

struct Blur {
    Point middle;
    float radius;
    float strength;
};

// Draws one scene point by point; what does not depend on the point is worked out once.
class Painter {
  public:
    Painter(const Scene& scene, float pixel) : scene_(scene), pixel_(pixel) {
        base_ = from_oklch(scene.lightness, scene.chroma, scene.hue);
        // The texture's second colour keeps away from black and white, on whichever side has room.
        const float second = scene.lightness + (scene.lightness < 0.66F ? 0.24F : -0.26F);
        mark_ = from_oklch(second, 0.55F * scene.chroma, scene.hue);
        const float l = scene.background_lightness;
        far_ = from_oklch(l, 0.045F, scene.background_hue);
        near_ = from_oklch(std::max(0.12F, l - 0.17F), 0.06F, scene.background_hue + 0.04F);
        glow_ = from_oklch(std::min(0.98F, l + 0.1F), 0.05F, scene.background_hue - 0.06F);
        if (scene.background == Background::bokeh) {
            Random random(scene.seed ^ 0xB0CE4U);
            for (Blur& blur : blurs_)
                blur = {{random.uniform(), random.uniform()},
                        random.uniform(0.06F, 0.17F),
                        random.uniform(0.25F, 0.6F)};
        }
    }

    [[nodiscard]] Colour at(Point p) const {
        Colour colour = backdrop(p);
        // A soft shadow below and to the right, wide enough to read as height.
        const float shadow = distance({p.x - 0.035F, p.y - 0.05F});
        colour = colour * (1.0F - 0.5F * (1.0F - smooth_step(-0.045F, 0.075F, shadow)));
        const float d = distance(p);
        const float cover = smooth_step(0.5F * pixel_, -0.5F * pixel_, d);
        return cover > 0.0F ? mix(colour, surface(p, d), cover) : colour;
    }

  private:
    [[nodiscard]] float distance(Point p) const {
        return outline_distance(scene_.shape, turned({p.x - scene_.x, p.y - scene_.y}, scene_.angle),
                                scene_.size);
    }

    [[nodiscard]] Colour backdrop(Point p) const {
        switch (scene_.background) {
        case Background::studio:
            return mix(glow_, near_, smooth_step(0.0F, 1.1F, 0.75F * p.y + 0.25F * p.x));
        case Background::spotlight:
            return mix(glow_, near_, smooth_step(0.05F, 0.85F, std::hypot(p.x - 0.42F, p.y - 0.36F)));
        case Background::horizon: {
            const float line = 0.66F;
            const Colour wall = mix(glow_, far_, p.y / line);
            const Colour floor = mix(near_ * 0.85F, near_, (p.y - line) / (1.0F - line));
            return mix(wall, floor, smooth_step(line - 0.02F, line + 0.02F, p.y));
        }
        case Background::bokeh: {
            Colour colour = mix(far_, near_, smooth_step(0.0F, 1.0F, p.y));
            for (const Blur& blur : blurs_) {
                const float edge = std::hypot(p.x - blur.middle.x, p.y - blur.middle.y) - blur.radius;
                colour = mix(colour, glow_, blur.strength * (1.0F - smooth_step(-0.025F, 0.025F, edge)));
            }
            return colour;
        }
        }
        return far_;
    }

    // 0 = base colour, 1 = mark, with edges as soft as a pixel.
    [[nodiscard]] float pattern(Point p) const {
        const Point q = turned({p.x - scene_.x, p.y - scene_.y}, scene_.texture_angle);
        const float u = q.x / scene_.texture_period;
        const float v = q.y / scene_.texture_period;
        const float soft = 0.5F * pixel_ / scene_.texture_period;
        if (scene_.texture == Texture::striped) {
            const float from_middle = std::abs(u - std::round(u));
            return smooth_step(0.25F + soft, 0.25F - soft, from_middle);
        }
        if (scene_.texture == Texture::dotted) {
            const float from_middle = std::hypot(u - std::round(u), v - std::round(v));
            return smooth_step(0.31F + soft, 0.31F - soft, from_middle);
        }
        return 0.0F;
    }

    // Lit from the upper left: a rounded rim, a gentle fall of light, a highlight.
    [[nodiscard]] Colour surface(Point p, float d) const {
        const float step = 0.004F;
        const Point slope{(distance({p.x + step, p.y}) - d) / step, (distance({p.x, p.y + step}) - d) / step};
        const float rim = 1.0F - smooth_step(0.0F, 0.26F * scene_.size, -d);
        const Point light{-0.55F, -0.75F};
        const float facing = rim * (slope.x * light.x + slope.y * light.y);
        const float fall = ((p.x - scene_.x) * light.x + (p.y - scene_.y) * light.y) / scene_.size;
        const float shade = std::max(0.2F, 1.0F + 0.42F * facing + 0.13F * fall);
        const float hx = p.x - scene_.x + 0.36F * scene_.size;
        const float hy = p.y - scene_.y + 0.42F * scene_.size;
        const float highlight = 0.16F * std::exp(-(hx * hx + hy * hy) / (0.09F * scene_.size * scene_.size));
        return mix(base_, mark_, pattern(p)) * shade + Colour{highlight, highlight, highlight};
    }

    const Scene& scene_;
    float pixel_;
    Colour base_, mark_, far_, near_, glow_;
    std::array<Blur, 7> blurs_{};
};

} // namespace

std::vector<std::uint8_t> render(const Scene& scene, std::size_t side) {
    const float pixel = 1.0F / static_cast<float>(side);
    const Painter painter(scene, pixel);
    Random grain(scene.seed);
    std::vector<std::uint8_t> rgb;
    rgb.reserve(side * side * 3);
    // Grain is mostly of light, a little of colour, as in a camera.
    const auto byte = [&scene](float linear, float noise) {
        const float tone = 0.5F + scene.contrast * (srgb_from_linear(linear * scene.exposure) - 0.5F);
        return static_cast<std::uint8_t>(std::clamp(255.0F * (tone + noise) + 0.5F, 0.0F, 255.0F));
    };
    for (std::size_t row = 0; row < side; ++row)
        for (std::size_t column = 0; column < side; ++column) {
            Colour sum;
            for (std::size_t sample = 0; sample < 4; ++sample)
                sum =
                    sum +
                    painter.at(
                        {(static_cast<float>(column) + 0.25F + 0.5F * static_cast<float>(sample % 2)) * pixel,
                         (static_cast<float>(row) + 0.25F + 0.5F * static_cast<float>(sample < 2 ? 0 : 1)) *
                             pixel});
            const Colour mean = sum * 0.25F;
            float noise[3] = {0.0F, 0.0F, 0.0F};
            if (scene.noise > 0.0F) {
                const float light = grain.normal();
                for (float& n : noise)
                    n = scene.noise * (0.9F * light + 0.4F * grain.normal());
            }
            rgb.push_back(byte(mean.r, noise[0]));
            rgb.push_back(byte(mean.g, noise[1]));
            rgb.push_back(byte(mean.b, noise[2]));
        }
    return rgb;
}

std::vector<std::uint8_t> halved(std::span<const std::uint8_t> rgb, std::size_t side) {
    const std::size_t half = side / 2;
    std::vector<std::uint8_t> out(half * half * 3);
    for (std::size_t y = 0; y < half; ++y)
        for (std::size_t x = 0; x < half; ++x)
            for (std::size_t c = 0; c < 3; ++c) {
                const std::size_t at = (2 * y * side + 2 * x) * 3 + c;
                const int sum = rgb[at] + rgb[at + 3] + rgb[at + side * 3] + rgb[at + side * 3 + 3];
                out[(y * half + x) * 3 + c] = static_cast<std::uint8_t>((sum + 2) / 4);
            }
    return out;
}

} // namespace stratoscope::demo
