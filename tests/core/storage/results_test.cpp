// Results kept and read again, and their text forms.
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/storage/hash.h"
#include "core/storage/results.h"
#include "core/storage/write_text.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <bit>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

namespace stratoscope::storage {
namespace {

namespace fs = std::filesystem;

ComparedLayer layer(const std::string& model, const std::string& name, std::size_t index) {
    return {.model = model,
            .layer = name,
            .model_title = "Model " + model,
            .family = "cnn",
            .index = index,
            .depth = static_cast<double>(index) / 3.0,
            .module = "features." + name,
            .pooling = "mean"};
}

Matrix<double> matrix(std::size_t rows, std::size_t cols, double start) {
    Matrix<double> out(rows, cols);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < cols; ++j)
            out(i, j) = start + 0.1 * static_cast<double>(i) + 0.01 * static_cast<double>(j);
    return out;
}

Comparison imbalance() {
    Comparison c;
    c.definition = {.measure = "information_imbalance",
                    .version = 1,
                    .direction = Direction::directed,
                    .sense = Sense::distance,
                    .k = 30,
                    .distance = Distance::cosine,
                    .pooling = "mixed",
                    .images = 1000,
                    .subset = 500,
                    .seed = 0xfedcba9876543210u, // beyond what a double holds
                    .error_subsets = 4};
    c.rows = {layer("a", "conv1", 0), layer("a", "conv, \"2\"", 3)};
    c.columns = {layer("a", "conv1", 0), layer("b", "x", 1), layer("b", "ü", 2)};
    c.value = matrix(2, 3, 1.0 / 3.0);
    c.value(1, 2) = std::nan("");
    c.standard_error = matrix(2, 3, 1e-3);
    c.floor = Matrix<double>(2, 3, 0.031);
    c.floor(1, 2) = std::nan("");
    c.null_value = matrix(2, 3, 1.0);
    c.subset_values = {matrix(2, 3, 0.3), matrix(2, 3, 0.4)};
    c.definition.repeats = 3;
    c.definition.shuffles = 20;
    c.definition.bandwidth = 0.5;
    c.shuffled_null = matrix(2, 3, 0.99);
    c.shuffled_deviation = matrix(2, 3, 0.01);
    c.rechecks = 12345678901ull;
    c.warnings = {{"constant_layer", "a/conv1", "all rows are equal"}, {"few_images", "", "N < 2·D"}};
    return c;
}

Comparison cka() {
    Comparison c;
    c.definition = {.measure = "cka_unbiased",
                    .version = 2,
                    .direction = Direction::symmetric,
                    .sense = Sense::similarity,
                    .k = std::nullopt,
                    .distance = Distance::euclidean,
                    .pooling = "",
                    .images = 40,
                    .subset = std::nullopt,
                    .seed = 0,
                    .error_subsets = 0};
    c.rows = c.columns = {layer("a", "conv1", 0)};
    c.value = Matrix<double>(1, 1, -0.001);
    return c;
}

ResultContext context() {
    return {
        .inputs = {{.path = "/data/x.h5", .sha256 = std::string(64, 'a')}, {.path = "y.h5", .sha256 = ""}},
        .software = "Stratoscope 0.1.0",
        .seed = 7,
        .started = "2026-05-01T09:30:00Z",
        .finished = "2026-05-01T09:31:00Z",
        .definitions = {{"information_imbalance", "the mean rank …"}},
        .warnings = {{"images_left_out", "", "2 of 5"}}};
}

void expect_same(const Matrix<double>& a, const Matrix<double>& b) {
    ASSERT_EQ(a.rows(), b.rows());
    ASSERT_EQ(a.cols(), b.cols());
    for (std::size_t i = 0; i < a.rows(); ++i)
        for (std::size_t j = 0; j < a.cols(); ++j)
            EXPECT_TRUE(a(i, j) == b(i, j) || (std::isnan(a(i, j)) && std::isnan(b(i, j))));
}

void expect_same(const Comparison& a, const Comparison& b) {
    EXPECT_EQ(a.definition, b.definition);
    EXPECT_EQ(a.rows, b.rows);
    EXPECT_EQ(a.columns, b.columns);
    expect_same(a.value, b.value);
    expect_same(a.standard_error, b.standard_error);
    expect_same(a.floor, b.floor);
    expect_same(a.null_value, b.null_value);
    expect_same(a.shuffled_null, b.shuffled_null);
    expect_same(a.shuffled_deviation, b.shuffled_deviation);
    ASSERT_EQ(a.subset_values.size(), b.subset_values.size());
    for (std::size_t s = 0; s < a.subset_values.size(); ++s)
        expect_same(a.subset_values[s], b.subset_values[s]);
    EXPECT_EQ(a.rechecks, b.rechecks);
    EXPECT_EQ(a.warnings, b.warnings);
}

std::string content_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

TEST(Results, come_back_as_they_were) {
    const support::TemporaryFolder folder;
    const fs::path path = folder.path() / "results.h5";
    const std::vector<Comparison> comparisons{imbalance(), cka()};
    write_results(path, comparisons, context());
    const Results read = read_results(path);
    ASSERT_EQ(read.comparisons.size(), 2u);
    expect_same(read.comparisons[0], comparisons[0]);
    expect_same(read.comparisons[1], comparisons[1]);
    const ResultContext expected = context();
    EXPECT_EQ(read.context.software, expected.software);
    EXPECT_EQ(read.context.seed, expected.seed);
    EXPECT_EQ(read.context.started, expected.started);
    EXPECT_EQ(read.context.finished, expected.finished);
    EXPECT_EQ(read.context.definitions, expected.definitions);
    EXPECT_EQ(read.context.warnings, expected.warnings);
    ASSERT_EQ(read.context.inputs.size(), 2u);
    EXPECT_EQ(read.context.inputs[0].path, expected.inputs[0].path);
    EXPECT_EQ(read.context.inputs[0].sha256, expected.inputs[0].sha256);
    EXPECT_EQ(read.context.inputs[1].sha256, "");
}

TEST(Results, keep_the_order_of_more_than_ten) {
    const support::TemporaryFolder folder;
    const fs::path path = folder.path() / "results.h5";
    std::vector<Comparison> many(12, cka());
    for (std::size_t i = 0; i < many.size(); ++i)
        many[i].value(0, 0) = static_cast<double>(i);
    write_results(path, many, {});
    const Results read = read_results(path);
    ASSERT_EQ(read.comparisons.size(), 12u);
    for (std::size_t i = 0; i < many.size(); ++i)
        EXPECT_EQ(read.comparisons[i].value(0, 0), static_cast<double>(i));
}

TEST(Results, leave_the_older_file_when_writing_fails) {
    const support::TemporaryFolder folder;
    const fs::path path = folder.path() / "results.h5";
    write_results(path, {cka()}, context());
    const std::string before = content_of(path);
    Comparison bad = imbalance();
    bad.floor = Matrix<double>(1, 1);
    EXPECT_THROW(write_results(path, {cka(), bad}, context()), Error);
    EXPECT_EQ(content_of(path), before);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(Results, refuse_files_that_are_none_or_are_damaged) {
    const support::TemporaryFolder folder;
    const fs::path path = folder.path() / "results.h5";
    write_results(path, {imbalance()}, context());
    const std::string good = content_of(path);
    EXPECT_THROW((void)read_results(folder.path() / "none.h5"), Error);
    for (std::size_t length = 0; length < good.size(); length += 97) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << good.substr(0, length);
        EXPECT_THROW((void)read_results(path), Error) << length;
    }
    // Flipped bytes inside the numbers are caught by checksums; flipped bytes of HDF5's own bookkeeping are
    // not tried here, since HDF5 1.10 may read past its heap of strings on them (H5HG_read), before this
    // program sees anything.
}

TEST(ResultsAsCsv, have_one_line_a_cell_with_all_digits) {
    const std::string csv = to_csv({imbalance(), cka()});
    std::istringstream lines(csv);
    std::string line;
    std::getline(lines, line);
    EXPECT_EQ(line, "measure,k,distance,pooling,from,to,value,standard_error,floor,null,shuffled_null,"
                    "shuffled_deviation");
    std::getline(lines, line);
    EXPECT_EQ(line, "information_imbalance,30,cosine,mixed,a/conv1,a/conv1,0.3333333333333333,0.001,0.031,1,"
                    "0.99,0.01");
    for (int i = 0; i < 5; ++i)
        std::getline(lines, line);
    EXPECT_EQ(line.substr(0, line.find("b/ü")),
              "information_imbalance,30,cosine,mixed,\"a/conv, \"\"2\"\"\",");
    EXPECT_NE(line.find("b/ü,,0.12100000000000001,,1.12"), std::string::npos)
        << "no value, no floor: " << line;
    std::getline(lines, line);
    EXPECT_EQ(line, "cka_unbiased,,euclidean,,a/conv1,a/conv1,-0.001,,,,,");
    EXPECT_FALSE(std::getline(lines, line));
}

TEST(ResultsAsCsv, have_no_columns_of_shuffles_that_were_not_asked_for) {
    EXPECT_EQ(to_csv({cka()}), "measure,k,distance,pooling,from,to,value,standard_error,floor,null\n"
                               "cka_unbiased,,euclidean,,a/conv1,a/conv1,-0.001,,,\n");
}

TEST(ResultsAsJson, have_the_documented_shape) {
    const auto json = nlohmann::json::parse(to_json({imbalance(), cka()}, context().warnings));
    ASSERT_EQ(json.at("measures").size(), 2u);
    const auto& first = json.at("measures").at(0);
    EXPECT_EQ(first.at("name"), "information_imbalance");
    EXPECT_EQ(first.at("direction"), "directed");
    EXPECT_EQ(first.at("sense"), "distance");
    EXPECT_EQ(first.at("k"), 30);
    EXPECT_EQ(first.at("distance"), "cosine");
    EXPECT_EQ(first.at("images"), 1000);
    EXPECT_EQ(first.at("floor"), 0.031) << "one number: the cell without a value does not count";
    EXPECT_TRUE(first.at("null").is_array()) << "differs from cell to cell";
    EXPECT_EQ(first.at("layers"), (std::vector<std::string>{"a/conv1", "a/conv, \"2\""}));
    EXPECT_EQ(first.at("against"), (std::vector<std::string>{"a/conv1", "b/x", "b/ü"}));
    EXPECT_EQ(first.at("value").at(0).at(1), imbalance().value(0, 1));
    EXPECT_TRUE(first.at("value").at(1).at(2).is_null());
    EXPECT_EQ(first.at("standard_error").at(1).at(0), imbalance().standard_error(1, 0));
    const auto& second = json.at("measures").at(1);
    EXPECT_TRUE(second.at("k").is_null());
    EXPECT_TRUE(second.at("floor").is_null());
    EXPECT_FALSE(second.contains("against"));
    ASSERT_EQ(json.at("warnings").size(), 3u);
    EXPECT_EQ(json.at("warnings").at(0).at("code"), "images_left_out");
    EXPECT_EQ(json.at("warnings").at(1).at("layer"), "a/conv1");
}

TEST(ResultsAsJson, survive_names_that_are_not_utf8) {
    Comparison c = cka();
    c.rows[0].layer = "\xff\xfe";
    EXPECT_TRUE(nlohmann::json::accept(to_json({c})));
}

TEST(WriteText, replaces_a_file_whole) {
    const support::TemporaryFolder folder;
    const fs::path path = folder.path() / "out.csv";
    write_text_atomically(path, "one");
    write_text_atomically(path, std::string(300000, 'x'));
    EXPECT_EQ(content_of(path), std::string(300000, 'x'));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
    try {
        write_text_atomically(folder.path() / "no" / "out.csv", "x");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::cannot_write);
    }
}

TEST(Hash, is_sha256) {
    const support::TemporaryFolder folder;
    const fs::path path = folder.path() / "abc";
    ThreadPool pool(1);
    write_text_atomically(path, "abc"); // FIPS 180-4's own example
    EXPECT_EQ(sha256_of(path, Task{pool}),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    write_text_atomically(path, "");
    EXPECT_EQ(sha256_of(path, Task{pool}),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_THROW((void)sha256_of(folder.path() / "none", Task{pool}), Error);
    Task task{pool};
    task.cancellation.request();
    write_text_atomically(path, "abc");
    EXPECT_THROW((void)sha256_of(path, task), Cancelled);
}

} // namespace
} // namespace stratoscope::storage
