// What is made of a product of two rows, the same in every GPU kernel.
#pragma once

#include "core/engine/torch/on_both.h"

#include <cmath>

namespace stratoscope::engine::gpu {

/// ‖x − y‖² of x·y, never below 0; 0 for twins, whose products may have been rounded differently.
STRATOSCOPE_ON_BOTH double squared_distance(double product, double squared_length_x, double squared_length_y,
                                            bool twins) {
    const double d2 = squared_length_x + squared_length_y - 2.0 * product;
    return twins || d2 < 0.0 ? 0.0 : d2;
}

/// How far apart computed squared distances must be to be told apart: d2 is one, of the row with that squared
/// length; doubt as DeviceRows has it.
STRATOSCOPE_ON_BOTH double doubtful_width(double doubt, double squared_length, double d2) {
    const double longest = sqrt(squared_length) + sqrt(d2);
    return doubt * (squared_length + longest * longest);
}

/// engine::RankTable::cell() of a float32 distance with these bits.
STRATOSCOPE_ON_BOTH std::uint32_t cell_of(std::uint32_t bits, std::uint32_t lowest_bits, std::uint32_t shift,
                                          std::uint32_t last) {
    if (bits <= lowest_bits)
        return 0;
    const std::uint32_t cell = ((bits - lowest_bits) >> shift) + 1;
    return cell < last ? cell : last;
}

} // namespace stratoscope::engine::gpu
