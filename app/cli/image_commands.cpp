// neighbours and divergent: what the layers make of single images.
#include "app/cli/commands.h"
#include "app/cli/session.h"
#include "app/cli/text_output.h"
#include "core/engine/layer_store.h"
#include "core/measures/compare.h"
#include "core/measures/pair_images.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <memory>
#include <numeric>
#include <optional>
#include <ostream>

namespace stratoscope::cli {
namespace {

struct ImageOptions {
    InputOptions input;
    std::string distance = "euclidean";
    std::optional<std::size_t> k;
    bool json = false;

    void add_to(CLI::App& command) {
        input.add_to(command);
        command.add_option("-k", k, "how many neighbours (default: 30, at most N/20)")
            ->check(CLI::PositiveNumber);
        command.add_option("--distance", distance, "euclidean, cosine or hamming")
            ->check(CLI::IsMember({"euclidean", "cosine", "hamming"}))
            ->capture_default_str();
        command.add_flag("--json", json, "as JSON");
    }
    [[nodiscard]] Distance asked_distance() const {
        return distance_named(distance).value_or(Distance::euclidean);
    }
};

std::size_t image_named(const ImageSet& images, const std::string& id) {
    const auto at = std::ranges::find(images.ids, id);
    if (at == images.ids.end())
        throw Error(ErrorKind::usage, {.what = "there is no image with the id \"" + id + "\"",
                                       .expected = "an id of the file, such as \"" + images.ids.front() +
                                                   "\" or \"" + images.ids.back() + "\""});
    return static_cast<std::size_t>(at - images.ids.begin());
}

struct NeighboursOptions : ImageOptions {
    std::string layer;
    std::string image;
};

void neighbours(const NeighboursOptions& options, const Streams& streams, const Cancellation& cancellation) {
    Session session(streams, cancellation, options.input);
    const Dataset dataset = session.open();
    const LayerId layer = layer_named(dataset, options.layer);
    const std::size_t image = image_named(dataset.images, options.image);
    const std::size_t k = options.k.value_or(measures::default_k(dataset.images.size()));
    engine::LayerStore store;
    const auto found = measures::pair_neighbours(dataset, layer, layer, image, k, options.asked_distance(),
                                                 store, session.task());
    session.end_progress();
    if (options.json) {
        Json list = Json::array();
        for (const measures::Neighbour& neighbour : found.in_a)
            list.push_back({{"image", dataset.images.ids[neighbour.image]},
                            {"label", dataset.images.label_of(neighbour.image)},
                            {"rank", neighbour.rank},
                            {"distance", neighbour.distance}});
        streams.out << text_of({{"layer", options.layer},
                                {"image", options.image},
                                {"k", k},
                                {"distance", options.distance},
                                {"neighbours", list}})
                    << '\n';
        return;
    }
    streams.out << "rank\tdistance\timage\tlabel\n";
    for (const measures::Neighbour& neighbour : found.in_a)
        streams.out << neighbour.rank << '\t' << neighbour.distance << '\t'
                    << dataset.images.ids[neighbour.image] << '\t' << dataset.images.label_of(neighbour.image)
                    << '\n';
}

struct DivergentOptions : ImageOptions {
    std::string from;
    std::string to;
    std::size_t top = 20;
};

void divergent(const DivergentOptions& options, const Streams& streams, const Cancellation& cancellation) {
    Session session(streams, cancellation, options.input);
    const Dataset dataset = session.open();
    const LayerId from = layer_named(dataset, options.from);
    const LayerId to = layer_named(dataset, options.to);
    const std::size_t k = options.k.value_or(measures::default_k(dataset.images.size()));
    engine::LayerStore store;
    const auto found =
        measures::pair_divergence(dataset, from, to, k, options.asked_distance(), store, session.task());
    session.end_progress();
    std::vector<std::size_t> order(found.forward.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    // Equal divergences come in the order of ids, so that the file's order changes nothing.
    std::ranges::sort(order, [&](std::size_t i, std::size_t j) {
        return found.forward[i] != found.forward[j] ? found.forward[i] > found.forward[j]
                                                    : dataset.images.ids[i] < dataset.images.ids[j];
    });
    order.resize(std::min(order.size(), options.top));
    if (options.json) {
        Json list = Json::array();
        for (const std::size_t image : order)
            list.push_back({{"image", dataset.images.ids[image]},
                            {"label", dataset.images.label_of(image)},
                            {"forward", found.forward[image]},
                            {"backward", found.backward[image]}});
        streams.out << text_of({{"from", options.from},
                                {"to", options.to},
                                {"k", k},
                                {"distance", options.distance},
                                {"reliability",
                                 {{"forward", number(found.forward_reliability)},
                                  {"backward", number(found.backward_reliability)}}},
                                {"images", list}})
                    << '\n';
        return;
    }
    streams.out << "# forward: " << options.from << " predicts " << options.to
                << "; reliability of the ranking " << std::setprecision(2) << found.forward_reliability
                << std::setprecision(6) << "\nforward\tbackward\timage\tlabel\n";
    for (const std::size_t image : order)
        streams.out << found.forward[image] << '\t' << found.backward[image] << '\t'
                    << dataset.images.ids[image] << '\t' << dataset.images.label_of(image) << '\n';
}

} // namespace

void add_neighbours(CLI::App& app, const Choose& choose) {
    CLI::App* command = app.add_subcommand("neighbours", "the images nearest to one image in a layer");
    const auto options = std::make_shared<NeighboursOptions>();
    options->add_to(*command);
    command->add_option("--layer", options->layer, "MODEL/LAYER")->required();
    command->add_option("--image", options->image, "the image's id")->required();
    command->callback([=] {
        choose([options](const Streams& streams, const Cancellation& cancellation) {
            neighbours(*options, streams, cancellation);
        });
    });
}

void add_divergent(CLI::App& app, const Choose& choose) {
    CLI::App* command = app.add_subcommand(
        "divergent", "the images whose neighbourhoods differ most between two layers, worst first");
    const auto options = std::make_shared<DivergentOptions>();
    options->add_to(*command);
    command->add_option("--from", options->from, "MODEL/LAYER that predicts")->required();
    command->add_option("--to", options->to, "MODEL/LAYER that is predicted")->required();
    command->add_option("--top", options->top, "how many images")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->callback([=] {
        choose([options](const Streams& streams, const Cancellation& cancellation) {
            divergent(*options, streams, cancellation);
        });
    });
}

} // namespace stratoscope::cli
