// The medians of all columns of a few hundred rows.
//
// Idea: the bits of a number, turned so that they rise with it, are found from the highest down: a bit is set
// if no more than half of the column lies below the number with it. Each step is one comparison and one
// addition a value, for many columns at a time and without a branch; selecting in column after column costs
// ten times that. Its naive twin is tests/core/engine/column_medians_test.cpp.
#pragma once

#include "core/base/matrix.h"

#include <span>

namespace stratoscope::engine {

/// The middle value of each column, the upper of the two where rows are even in number; −0 counts as less
/// than 0. rows: at least one, below 2³¹, no NaN. out: one a column.
void upper_medians(MatrixView<const float> rows, std::span<float> out);
void upper_medians(MatrixView<const double> rows, std::span<double> out);

} // namespace stratoscope::engine
