#include "core/data/comparison.h"

#include <cmath>

namespace stratoscope {

std::string_view name_of(Direction direction) {
    return direction == Direction::directed ? "directed" : "symmetric";
}

std::string_view name_of(Sense sense) {
    return sense == Sense::distance ? "distance" : "similarity";
}

std::string_view name_of(Distance distance) {
    switch (distance) {
    case Distance::euclidean:
        return "euclidean";
    case Distance::cosine:
        return "cosine";
    case Distance::hamming:
        return "hamming";
    }
    return "unknown";
}

std::optional<Distance> distance_named(std::string_view name) {
    for (const Distance distance : {Distance::euclidean, Distance::cosine, Distance::hamming})
        if (name == name_of(distance))
            return distance;
    return std::nullopt;
}

double excess(double value, double floor) {
    return (value - floor) / (1.0 - floor);
}

double excess(double value, double floor, double null_value) {
    return null_value == floor ? std::nan("") : (value - floor) / (null_value - floor);
}

} // namespace stratoscope
