#include "core/data/layer_choice.h"

namespace stratoscope {
namespace {

template <class T>
Matrix<T> chosen(const Matrix<T>& all, const std::vector<std::size_t>& rows,
                 const std::vector<std::size_t>& columns) {
    if (all.empty())
        return {};
    Matrix<T> out(rows.size(), columns.size());
    for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::size_t c = 0; c < columns.size(); ++c)
            out(r, c) = all(rows[r], columns[c]);
    return out;
}

Matrix<float> chosen_columns(const Matrix<float>& all, const std::vector<std::size_t>& columns) {
    Matrix<float> out(all.rows(), columns.size());
    for (std::size_t image = 0; image < all.rows(); ++image)
        for (std::size_t c = 0; c < columns.size(); ++c)
            out(image, c) = all(image, columns[c]);
    return out;
}

} // namespace

Comparison choose_layers(const Comparison& comparison, const std::vector<std::size_t>& rows,
                         const std::vector<std::size_t>& columns) {
    Comparison out;
    out.definition = comparison.definition;
    for (const std::size_t row : rows)
        out.rows.push_back(comparison.rows.at(row));
    for (const std::size_t column : columns)
        out.columns.push_back(comparison.columns.at(column));
    out.value = chosen(comparison.value, rows, columns);
    out.standard_error = chosen(comparison.standard_error, rows, columns);
    out.floor = chosen(comparison.floor, rows, columns);
    out.null_value = chosen(comparison.null_value, rows, columns);
    for (const Matrix<double>& values : comparison.subset_values)
        out.subset_values.push_back(chosen(values, rows, columns));
    if (comparison.image_means) {
        auto means = std::make_shared<ImageMeans>();
        means->from = chosen_columns(comparison.image_means->from, rows);
        means->to = chosen_columns(comparison.image_means->to, columns);
        means->overall = comparison.image_means->overall;
        out.image_means = std::move(means);
    }
    out.rechecks = comparison.rechecks;
    out.warnings = comparison.warnings;
    return out;
}

} // namespace stratoscope
