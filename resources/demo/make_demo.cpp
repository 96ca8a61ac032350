// stratoscope-make-demo: draws the pictures, trains the models, records them, writes demo.h5. From nothing
// but a seed.
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/data/memory_thumbnails.h"
#include "core/images/dataset_statistics.h"
#include "core/storage/activations_writer.h"
#include "resources/demo/factor_table.h"
#include "resources/demo/picture_set.h"
#include "resources/demo/trained_models.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>

namespace {

using namespace stratoscope;
using namespace stratoscope::demo;

constexpr std::size_t recorded_pictures = 768; // 64 of each class
struct Options {
    std::filesystem::path output = "demo.h5";
    TrainingOptions training;
    std::vector<std::string> models = model_names();
    std::size_t training_pictures = 6144;
};

double number(const char* text) {
    double value = 0.0;
    const std::string_view view(text);
    const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), value);
    if (error != std::errc() || end != view.data() + view.size())
        throw Error(ErrorKind::usage, {.what = "a number was expected", .found = text});
    return value;
}

Options options_from(int count, char** arguments) {
    Options options;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string name = arguments[i];
        const char* value = arguments[i + 1];
        if (name == "-o")
            options.output = value;
        else if (name == "--seed")
            options.training.seed = static_cast<std::uint64_t>(number(value));
        else if (name == "--threads")
            options.training.threads = std::max(1, static_cast<int>(number(value)));
        else if (name == "--effort")
            options.training.effort = number(value);
        else if (name == "--pictures")
            options.training_pictures = static_cast<std::size_t>(number(value));
        else if (name == "--model")
            options.models = {value};
        else
            throw Error(ErrorKind::usage, {.what = "unknown option", .found = name});
    }
    if (count % 2 == 0)
        throw Error(
            ErrorKind::usage,
            {.what = "options come in pairs",
             .expected = "[-o FILE] [--seed S] [--threads T] [--effort F] [--pictures N] [--model NAME]"});
    return options;
}

ImageSet image_set_of(const PictureSet& pictures) {
    ImageSet images;
    for (int label = 0; label < static_cast<int>(class_count); ++label)
        images.label_names.push_back(class_name(label));
    std::vector<int> seen(class_count, 0);
    for (const Scene& scene : pictures.scenes) {
        char id[64];
        const int number_in_class = ++seen[static_cast<std::size_t>(scene.label())];
        std::snprintf(id, sizeof id, "%s %02d", class_name(scene.label()).c_str(), number_in_class);
        images.ids.emplace_back(id);
        std::ranges::replace(images.ids.back(), ' ', '_');
        images.labels.push_back(scene.label());
    }
    images.thumbnails = thumbnails_in_memory(picture_side, picture_side, pictures.shown);
    return images;
}

void add_to(storage::ActivationsWriter& writer, const TrainedModel& trained) {
    Model model;
    model.name = trained.name;
    model.title = trained.title;
    model.family = trained.family;
    model.objective = trained.objective;
    model.source = "trained from nothing by stratoscope-make-demo";
    model.preprocessing = "mean of 2 x 2 pixels to 32 x 32, scaled to -1...1";
    writer.add_model(model);
    for (std::size_t i = 0; i < trained.layers.size(); ++i) {
        const RecordedLayer& recorded = trained.layers[i];
        Layer layer;
        layer.name = recorded.name;
        layer.index = i;
        layer.depth = static_cast<double>(i) / static_cast<double>(trained.layers.size() - 1);
        layer.module = recorded.name;
        layer.pooling = recorded.pooling;
        layer.shape = recorded.shape;
        writer.add_layer(trained.name, layer, recorded.values.view(), {ElementType::float16, 9});
    }
}

void make(const Options& options) {
    const auto started = std::chrono::steady_clock::now();
    const auto say = [started](std::string_view text) {
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        std::fprintf(stderr, "%6.1f s  %.*s\n", seconds, static_cast<int>(text.size()), text.data());
    };
    ThreadPool pool(static_cast<std::size_t>(options.training.threads));
    const std::uint64_t seed = options.training.seed;
    say("drawing the pictures");
    const PictureSet recorded = draw(random_scenes(recorded_pictures, seed), true, pool);
    const PictureSet training = draw(random_scenes(options.training_pictures, seed ^ 0x7EA1ULL), false, pool);

    ImageSet images = image_set_of(recorded);
    images.statistics = images::compute_statistics(images, Task{pool});
    storage::ActivationsWriter writer(options.output, images);
    for (const std::string& name : options.models) {
        say("training " + name);
        const TrainedModel trained = train_and_record(name, training, recorded, options.training, say);
        for (const Quality& quality : trained.qualities)
            say("  " + quality.name + ": " + std::to_string(quality.value));
        add_to(writer, trained);
    }
    writer.commit();
    std::filesystem::path table = options.output;
    write_factor_table(table.replace_extension(".factors.csv"), images.ids, recorded.scenes);
    say("written: " + options.output.string());
}

} // namespace

int main(int count, char** arguments) {
    try {
        make(options_from(count, arguments));
        return 0;
    } catch (const Error& error) {
        std::fprintf(stderr, "stratoscope-make-demo: %s\n", error.what());
        return error.exit_code();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "stratoscope-make-demo: %s\n", error.what());
        return static_cast<int>(ErrorKind::internal);
    }
}
