#include "core/storage/results.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace stratoscope::storage {
namespace {

using nlohmann::ordered_json;

/// The shortest text that reads back as the same number; empty for what doesn't exist.
std::string text_of(double value) {
    if (!std::isfinite(value))
        return {};
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return error == std::errc{} ? std::string(buffer.data(), end) : std::string();
}

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string out = "\"";
    for (const char c : text) {
        out += c;
        if (c == '"')
            out += c;
    }
    return out + '"';
}

/// A matrix that a comparison may lack.
double at(const Matrix<double>& matrix, std::size_t i, std::size_t j) {
    return matrix.empty() ? std::nan("") : matrix(i, j);
}

ordered_json json_of(double value) {
    return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

ordered_json json_of(const Matrix<double>& matrix) {
    ordered_json rows = ordered_json::array();
    for (std::size_t i = 0; i < matrix.rows(); ++i) {
        ordered_json row = ordered_json::array();
        for (const double value : matrix.row(i))
            row.push_back(json_of(value));
        rows.push_back(std::move(row));
    }
    return rows;
}

bool same(double a, double b) {
    return a == b || (!std::isfinite(a) && !std::isfinite(b));
}

/// Over the whole matrix, leaving out cells of unusable layers (no value there), one number if it is one.
ordered_json scalar_if_constant(const Matrix<double>& matrix, const Matrix<double>& value) {
    if (matrix.empty())
        return nullptr;
    double constant = std::nan("");
    for (std::size_t i = 0; i < matrix.rows(); ++i)
        for (std::size_t j = 0; j < matrix.cols(); ++j) {
            if (!std::isfinite(matrix(i, j)) && !std::isfinite(value(i, j)))
                continue;
            if (std::isnan(constant))
                constant = matrix(i, j);
            if (!same(constant, matrix(i, j)))
                return json_of(matrix);
        }
    return json_of(constant);
}

ordered_json paths_of(const std::vector<ComparedLayer>& layers) {
    ordered_json paths = ordered_json::array();
    for (const ComparedLayer& layer : layers)
        paths.push_back(layer.path());
    return paths;
}

ordered_json json_of(const Comparison& comparison) {
    const Definition& definition = comparison.definition;
    ordered_json out;
    out["name"] = definition.measure;
    out["direction"] = name_of(definition.direction);
    out["sense"] = name_of(definition.sense);
    out["k"] = definition.k ? ordered_json(*definition.k) : ordered_json(nullptr);
    out["distance"] = name_of(definition.distance);
    out["images"] = definition.images;
    out["floor"] = scalar_if_constant(comparison.floor, comparison.value);
    out["null"] = scalar_if_constant(comparison.null_value, comparison.value);
    if (definition.bandwidth)
        out["bandwidth"] = *definition.bandwidth;
    if (definition.repeats > 0)
        out["repeats"] = definition.repeats;
    if (definition.shuffles > 0) {
        out["shuffles"] = definition.shuffles;
        out["shuffled_null"] = json_of(comparison.shuffled_null);
        if (!comparison.shuffled_deviation.empty())
            out["shuffled_deviation"] = json_of(comparison.shuffled_deviation);
    }
    out["layers"] = paths_of(comparison.rows);
    if (comparison.columns != comparison.rows)
        out["against"] = paths_of(comparison.columns);
    out["value"] = json_of(comparison.value);
    out["standard_error"] =
        comparison.standard_error.empty() ? ordered_json(nullptr) : json_of(comparison.standard_error);
    return out;
}

} // namespace

std::string to_csv(const std::vector<Comparison>& comparisons) {
    const bool shuffled = std::ranges::any_of(
        comparisons, [](const Comparison& comparison) { return comparison.definition.shuffles > 0; });
    std::string out = "measure,k,distance,pooling,from,to,value,standard_error,floor,null";
    out += shuffled ? ",shuffled_null,shuffled_deviation\n" : "\n";
    for (const Comparison& comparison : comparisons) {
        const Definition& definition = comparison.definition;
        const std::string head = quoted(definition.measure) + "," +
                                 (definition.k ? std::to_string(*definition.k) : std::string()) + "," +
                                 std::string(name_of(definition.distance)) + "," +
                                 quoted(definition.pooling) + ",";
        for (std::size_t i = 0; i < comparison.rows.size(); ++i)
            for (std::size_t j = 0; j < comparison.columns.size(); ++j) {
                out += head + quoted(comparison.rows[i].path()) + "," + quoted(comparison.columns[j].path());
                for (const Matrix<double>* matrix : {&comparison.value, &comparison.standard_error,
                                                     &comparison.floor, &comparison.null_value})
                    out += "," + text_of(at(*matrix, i, j));
                if (shuffled)
                    for (const Matrix<double>* matrix :
                         {&comparison.shuffled_null, &comparison.shuffled_deviation})
                        out += "," + text_of(at(*matrix, i, j));
                out += "\n";
            }
    }
    return out;
}

std::string to_json(const std::vector<Comparison>& comparisons, const std::vector<Warning>& warnings) {
    ordered_json out;
    out["measures"] = ordered_json::array();
    ordered_json all_warnings = ordered_json::array();
    std::vector<Warning> seen; // measures of one pass share most of their warnings
    const auto add = [&](const Warning& warning) {
        if (std::find(seen.begin(), seen.end(), warning) != seen.end())
            return;
        seen.push_back(warning);
        all_warnings.push_back(
            {{"code", warning.code}, {"layer", warning.layer}, {"message", warning.message}});
    };
    for (const Warning& warning : warnings)
        add(warning);
    for (const Comparison& comparison : comparisons) {
        out["measures"].push_back(json_of(comparison));
        for (const Warning& warning : comparison.warnings)
            add(warning);
    }
    out["warnings"] = std::move(all_warnings);
    // Names come from files and may not be UTF-8: replaced, never a failure.
    return out.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

} // namespace stratoscope::storage
