#include "app/window_options.h"

#include "core/base/error.h"
#include "ui/playground/examples.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>

namespace stratoscope {
namespace {

std::vector<std::string> namesOfFigures() {
    std::vector<std::string> names;
    for (const QString& name : ui::figureNames())
        names.push_back(name.toStdString());
    return names;
}

std::vector<std::string> namesOfExamples() {
    std::vector<std::string> names;
    for (const ui::PlaygroundExample& example : ui::playgroundExamples())
        names.push_back(example.name.toStdString());
    return names;
}

// "a:b" into its halves.
bool split(const std::string& text, QString& first, QString& second) {
    const std::size_t at = text.find(':');
    if (at == std::string::npos)
        return false;
    first = QString::fromStdString(text.substr(0, at));
    second = QString::fromStdString(text.substr(at + 1));
    return true;
}

std::string measureNamed(const char* option, const std::string& name) {
    const measures::MeasureInfo* info = measures::find_measure(name);
    if (info == nullptr)
        throw CLI::ValidationError(option, measures::no_such_measure(name).what());
    return std::string(info->name);
}

} // namespace

std::optional<AppOptions> readOptions(int count, char** arguments, int& exitCode) {
    CLI::App app{"Stratoscope: see where vision models diverge, layer by layer"};
    app.set_version_flag("--version", std::string("Stratoscope ") + STRATOSCOPE_VERSION);
    std::vector<std::string> files;
    std::string screenshot, windowSize = "1440x900";
    std::string exported, view = "matrix", measure, beside, distance, pooling, scale, theme, pair, block,
                          image, playground;
    std::size_t k = 0;
    AppOptions options;
    ExportRequest request;
    double height = 0.0;
    app.add_option("FILE", files, "Files of activations, joined by image id; without any, the demo");
    app.add_option("--export", exported,
                   "Write a figure to this .pdf, .svg or .png and leave, without a window");
    app.add_option("--view", view, "Which figure")
        ->check(CLI::IsMember(namesOfFigures()))
        ->capture_default_str();
    app.add_option("--width-mm", request.size.widthMm, "Width of the figure")->capture_default_str();
    app.add_option("--height-mm", height, "Height of the figure; by default what suits the view");
    app.add_option("--font-pt", request.size.fontPoints, "Size of its text")->capture_default_str();
    app.add_flag("--caption,!--no-caption", request.size.captioned,
                 "A line below that says what was measured, how and of how many images (usual)");
    app.add_option("--dpi", request.size.dotsPerInch, "Dots of a PNG")->capture_default_str();
    app.add_option("--screenshot", screenshot, "Write a picture of the window to this .png and leave");
    app.add_option("--window-size", windowSize, "WIDTHxHEIGHT of --screenshot, in pixels")
        ->capture_default_str();
    app.add_option("--measure", measure, "Which measure (stratoscope-cli measures lists them)");
    app.add_option("--beside", beside, "A second measure, drawn beside the first");
    app.add_option("-k", k, "Neighbours of measures that have k")->check(CLI::PositiveNumber);
    app.add_option("--distance", distance, "euclidean, cosine or hamming")
        ->check(CLI::IsMember({"euclidean", "cosine", "hamming"}));
    app.add_option("--pooling", pooling,
                   "Of activations that have positions: mean, max, cls, flatten, grid4x4");
    app.add_option("--scale", scale, "Of colours and axes")->check(CLI::IsMember({"logarithmic", "linear"}));
    app.add_option("--pair", pair, "MODEL/LAYER:MODEL/LAYER, the cell that is picked");
    app.add_option("--block", block, "MODEL:MODEL, the block that fills the matrix");
    app.add_option("--image", image, "ID of the image that is picked");
    app.add_option("--playground", playground,
                   "Open the playground with this example; with --screenshot, a picture of it")
        ->check(CLI::IsMember(namesOfExamples()))
        ->excludes("--export");
    app.add_option("--theme", theme, "light or dark; by default as the system")
        ->check(CLI::IsMember({"light", "dark"}));
    app.add_option("--threads", options.threads, "How many threads compute; by default all cores");
    try {
        app.parse(count, arguments);
        if (!measure.empty())
            options.settings.measure = measureNamed("--measure", measure);
        if (!beside.empty())
            options.settings.beside = measureNamed("--beside", beside);
        if (!pair.empty() && !split(pair, options.pairFrom, options.pairTo))
            throw CLI::ValidationError("--pair", "two layers are expected, MODEL/LAYER:MODEL/LAYER");
        if (!block.empty() && !split(block, options.blockRows, options.blockColumns))
            throw CLI::ValidationError("--block", "two models are expected, MODEL:MODEL");
    } catch (const CLI::ParseError& error) {
        exitCode = app.exit(error) == 0 ? 0 : static_cast<int>(ErrorKind::usage);
        return std::nullopt;
    }
    for (const std::string& file : files)
        options.files << QString::fromStdString(file);
    if (k > 0)
        options.settings.k = k;
    if (!distance.empty())
        options.settings.distance = *distance_named(distance);
    if (!pooling.empty())
        options.settings.pooling = pooling;
    if (scale == "linear")
        options.settings.scale = ui::ScaleKind::linear;
    if (!theme.empty())
        options.theme = theme == "dark" ? ui::Theme::dark : ui::Theme::light;
    options.image = QString::fromStdString(image);
    if (const auto names = namesOfExamples(); !playground.empty())
        options.playground = static_cast<std::size_t>(std::ranges::find(names, playground) - names.begin());
    if (!exported.empty()) {
        request.path = QString::fromStdString(exported);
        request.kind = *ui::figureNamed(QString::fromStdString(view));
        request.size.heightMm = height > 0.0 ? height : request.size.widthMm * ui::usualHeight(request.kind);
        options.figure = request;
    }
    if (!screenshot.empty()) {
        ScreenshotRequest wanted{QString::fromStdString(screenshot)};
        if (std::sscanf(windowSize.c_str(), "%5dx%5d", &wanted.width, &wanted.height) != 2 ||
            wanted.width < 640 || wanted.height < 480) {
            std::fprintf(stderr,
                         "--window-size: WIDTHxHEIGHT is expected, at least 640x480, but this is %s\n",
                         windowSize.c_str());
            exitCode = static_cast<int>(ErrorKind::usage);
            return std::nullopt;
        }
        options.screenshot = wanted;
    }
    return options;
}

} // namespace stratoscope
