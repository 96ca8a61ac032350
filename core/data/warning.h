// A named warning: something a reader of the result must know, that does not make it wrong.
#pragma once

#include <string>

namespace stratoscope {

struct Warning {
    std::string code;    ///< stable, for programs: constant_layer, duplicate_rows, few_images, zero_row,
                         ///< unusable_layer, …
    std::string layer;   ///< "model/layer", or empty when it concerns the whole
    std::string message; ///< for a person, with the numbers
    bool operator==(const Warning&) const = default;
};

} // namespace stratoscope
