// Comparisons kept: in HDF5 with everything needed to read them again, as CSV and JSON for other programs.
#pragma once

#include "core/data/comparison.h"
#include "core/data/dataset.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace stratoscope::storage {

/// Where results came from.
struct ResultContext {
    std::vector<InputFile> inputs; ///< with their hashes (sha256_of)
    std::string software;          ///< "Stratoscope 0.1.0"
    std::uint64_t seed = 0;
    std::string started;  ///< ISO 8601 with the zone, "2026-05-01T09:30:00Z"
    std::string finished; ///< the same
    /// The definitions in words, (measure, text): written as the attribute `definition` of its comparisons.
    std::vector<std::pair<std::string, std::string>> definitions;
    std::vector<Warning> warnings; ///< of the dataset; those of a comparison stand with it
};

struct Results {
    ResultContext context;
    std::vector<Comparison> comparisons;
};

/// FORMATS.md's results: one group a comparison under /comparisons. Whole or absent: an older file of that
/// name stays if writing fails. Image means are not kept. Throws Error(cannot_write), Error(internal) for
/// matrices that don't fit the layers.
void write_results(const std::filesystem::path& path, const std::vector<Comparison>& comparisons,
                   const ResultContext& context);
/// Throws Error: no_input, io, bad_data (not a file of results, a newer version, a part missing or damaged).
[[nodiscard]] Results read_results(const std::filesystem::path& path);

/// measure,k,distance,pooling,from,to,value,standard_error,floor,null: one line a cell, numbers with all
/// their digits, a value that doesn't exist is empty; with shuffles also shuffled_null,shuffled_deviation.
/// Fields with commas, quotes or line ends are quoted.
[[nodiscard]] std::string to_csv(const std::vector<Comparison>& comparisons);

/// FORMATS.md's JSON. floor and null are one number where they are the same over the whole matrix, else a
/// matrix like value; what doesn't exist is null. `warnings` are those of the dataset, put first.
[[nodiscard]] std::string to_json(const std::vector<Comparison>& comparisons,
                                  const std::vector<Warning>& warnings = {});

} // namespace stratoscope::storage
