// From values over the layers of a pass to a comparison in the shape that was asked for.
#pragma once

#include "core/data/comparison.h"
#include "core/measures/finished.h"
#include "core/measures/question.h"

#include <memory>
#include <vector>

namespace stratoscope::measures {

/// From layers of the pass to the rows and columns asked for; what a layer that can't be used would give is
/// NaN.
class Shaper {
  public:
    Shaper(const Question& question, const Loaded& loaded);

    template <class T>
    [[nodiscard]] Matrix<T> cells(const Matrix<T>& all) const {
        if (all.empty())
            return {};
        Matrix<T> out(rows_.size(), columns_.size(), std::numeric_limits<T>::quiet_NaN());
        for (std::size_t r = 0; r < rows_.size(); ++r)
            for (std::size_t c = 0; c < columns_.size(); ++c)
                if (rows_[r] != absent && columns_[c] != absent)
                    out(r, c) = all(rows_[r], columns_[c]);
        return out;
    }

    [[nodiscard]] std::shared_ptr<const ImageMeans>
    image_means(const std::shared_ptr<const ImageMeans>& all) const;

  private:
    std::vector<std::size_t> rows_;
    std::vector<std::size_t> columns_;
};

/// A comparison with its definition, rows and columns, and no values yet.
[[nodiscard]] Comparison described(const Question& question, const Choice& choice);

void fill(Comparison& out, const Finished& finished, const Shaper& shaper);

} // namespace stratoscope::measures
