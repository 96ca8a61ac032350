#include "core/images/statistics.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <cmath>
#include <numbers>

namespace stratoscope::images {
namespace {

constexpr double edge_threshold = 0.25;
constexpr int spectrum_side = 64;

double edge_density(const cv::Mat& luminance) {
    cv::Mat dx;
    cv::Mat dy;
    cv::Mat magnitude;
    // The Sobel kernel's weights sum to 4 on each side: scaled to a difference a pixel.
    cv::Sobel(luminance, dx, CV_32F, 1, 0, 3, 1.0 / 4.0, 0.0, cv::BORDER_REPLICATE);
    cv::Sobel(luminance, dy, CV_32F, 0, 1, 3, 1.0 / 4.0, 0.0, cv::BORDER_REPLICATE);
    cv::magnitude(dx, dy, magnitude);
    return static_cast<double>(cv::countNonZero(magnitude > edge_threshold)) /
           static_cast<double>(luminance.total());
}

double spectral_slope(const cv::Mat& luminance) {
    cv::Mat small;
    cv::resize(luminance, small, {spectrum_side, spectrum_side}, 0.0, 0.0,
               luminance.cols >= spectrum_side && luminance.rows >= spectrum_side ? cv::INTER_AREA
                                                                                  : cv::INTER_LINEAR);
    small -= cv::mean(small);
    cv::Mat window;
    cv::createHanningWindow(window, small.size(), CV_32F);
    small = small.mul(window);
    cv::Mat spectrum;
    cv::dft(small, spectrum, cv::DFT_COMPLEX_OUTPUT);

    std::array<double, spectrum_side / 2> power{};
    std::array<int, spectrum_side / 2> count{};
    for (int y = 0; y < spectrum_side; ++y)
        for (int x = 0; x < spectrum_side; ++x) {
            const int fy = y < spectrum_side / 2 ? y : y - spectrum_side;
            const int fx = x < spectrum_side / 2 ? x : x - spectrum_side;
            const auto ring = static_cast<std::size_t>(std::lround(std::hypot(fx, fy)));
            if (ring == 0 || ring >= power.size())
                continue;
            const auto& value = spectrum.at<cv::Vec2f>(y, x);
            power[ring] +=
                static_cast<double>(value[0]) * value[0] + static_cast<double>(value[1]) * value[1];
            ++count[ring];
        }
    double n = 0.0;
    double sx = 0.0;
    double sy = 0.0;
    double sxx = 0.0;
    double sxy = 0.0;
    for (std::size_t ring = 1; ring < power.size(); ++ring) {
        if (!(power[ring] > 0.0))
            return 0.0;
        const double x = std::log(static_cast<double>(ring));
        const double y = std::log(power[ring] / count[ring]);
        n += 1.0;
        sx += x;
        sy += y;
        sxx += x * x;
        sxy += x * y;
    }
    return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

} // namespace

std::array<float, statistic_names.size()> statistics_of(const Raster& raster) {
    const cv::Mat bytes(static_cast<int>(raster.height), static_cast<int>(raster.width), CV_8UC3,
                        const_cast<std::uint8_t*>(raster.rgb.data()));
    cv::Mat rgb;
    bytes.convertTo(rgb, CV_32FC3, 1.0 / 255.0);
    cv::Mat luminance;
    cv::cvtColor(rgb, luminance, cv::COLOR_RGB2GRAY);
    cv::Scalar mean;
    cv::Scalar deviation;
    cv::meanStdDev(luminance, mean, deviation);
    const cv::Scalar colour = cv::mean(rgb);
    const double grey = (colour[0] + colour[1] + colour[2]) / 3.0;
    // An even picture has rounding noise, not edges or a spectrum.
    const bool even = deviation[0] < 1e-6;
    return {static_cast<float>(mean[0]),
            even ? 0.0F : static_cast<float>(deviation[0]),
            static_cast<float>(colour[0] - grey),
            static_cast<float>(colour[1] - grey),
            static_cast<float>(colour[2] - grey),
            static_cast<float>(edge_density(luminance)),
            even ? 0.0F : static_cast<float>(spectral_slope(luminance))};
}

} // namespace stratoscope::images
