// The command line as its user runs it: what it prints, and the exit codes a script can rely on.
#include "app/cli/command_line.h"
#include "core/data/memory_rows.h"
#include "core/measures/catalogue.h"
#include "tests/support/made_up_data.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/written_data.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <limits>
#include <sstream>

namespace stratoscope::cli {
namespace {

class CommandLine : public testing::Test {
  protected:
    int run(std::vector<std::string> arguments) {
        out.str({});
        err.str({});
        return run_command_line(std::move(arguments), {out, err, false}, Cancellation());
    }
    std::string write(const char* name, const support::MadeUp& what = {}) {
        const auto path = folder.path() / name;
        support::write_activations(path, support::made_up(what));
        return path.string();
    }
    std::string raw(const char* name, const std::string& bytes) {
        const auto path = folder.path() / name;
        std::ofstream(path, std::ios::binary) << bytes;
        return path.string();
    }

    support::TemporaryFolder folder;
    std::ostringstream out;
    std::ostringstream err;
};

TEST_F(CommandLine, InfoNamesModelsLayersAndHealth) {
    EXPECT_EQ(run({"info", write("a.h5")}), 0) << err.str();
    for (const char* expected : {"Model alpha", "step_3", "120", "image"})
        EXPECT_NE(out.str().find(expected), std::string::npos) << expected << "\n" << out.str();
}

TEST_F(CommandLine, MeasuresListsTheCatalogue) {
    EXPECT_EQ(run({"measures"}), 0);
    for (const measures::MeasureInfo& info : measures::catalogue())
        EXPECT_NE(out.str().find(info.name), std::string::npos) << info.name;
}

TEST_F(CommandLine, TheReadmeListsEveryMeasure) {
    std::ifstream file(std::filesystem::path(STRATOSCOPE_SOURCE_DIR) / "README.md");
    const std::string readme((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    for (const measures::MeasureInfo& info : measures::catalogue())
        EXPECT_NE(readme.find("`" + std::string(info.name) + "`"), std::string::npos) << info.name;
}

TEST_F(CommandLine, ACheckpointIsRemovedWhenDoneAndRefusedWhenDamaged) {
    const std::string file = write("a.h5");
    const std::string checkpoint = (folder.path() / "checkpoint").string();
    EXPECT_EQ(run({"compare", file, "-k", "3", "-o", "-"}), 0) << err.str();
    const std::string expected = out.str();
    EXPECT_EQ(run({"compare", file, "-k", "3", "--checkpoint", checkpoint, "-o", "-"}), 0) << err.str();
    EXPECT_EQ(out.str(), expected);
    EXPECT_FALSE(std::filesystem::exists(checkpoint));
    EXPECT_EQ(run({"compare", file, "--checkpoint", raw("other", "no checkpoint at all")}), 65);
    EXPECT_NE(err.str().find("not a checkpoint"), std::string::npos) << err.str();
    EXPECT_EQ(run({"compare", file, "--checkpoint", raw("empty", "")}), 74) << err.str();
    EXPECT_EQ(run({"compare", file, "--checkpoint", "/nowhere/checkpoint"}), 73) << err.str();
}

TEST_F(CommandLine, WhatIsNoCheckpointIsNotReadToItsEnd) {
    const std::string file = write("a.h5");
    const std::string large = raw("large", "some activations");
    std::error_code failed;
    std::filesystem::resize_file(large, std::uintmax_t{1} << 40, failed);
    if (failed)
        GTEST_SKIP() << "no file with holes here: " << failed.message();
    EXPECT_EQ(run({"compare", file, "--checkpoint", large}), 65) << err.str();
    EXPECT_NE(err.str().find("not a checkpoint"), std::string::npos) << err.str();
}

TEST_F(CommandLine, NamesThatAreNoUtf8DoNotSpoilTheJson) {
    support::MadeUp what;
    what.models = {"alpha", "b\xe9ta"}; // Latin-1
    const std::string file = write("caf\xe9.h5", what);
    for (std::vector<std::string> command :
         {std::vector<std::string>{"info", file, "--json"},
          {"compare", file, "-o", "-"},
          {"smoothness", file, "-o", "-"},
          {"dimension", file, "-o", "-"},
          {"sensitivity", file, "--from", "alpha/step_0", "--to", "b\xe9ta/step_0", "-o", "-"},
          {"neighbours", file, "--layer", "b\xe9ta/step_1", "--image", "image_003", "--json"},
          {"divergent", file, "--from", "alpha/step_1", "--to", "b\xe9ta/step_1", "--json"}}) {
        EXPECT_EQ(run(command), 0) << command.front() << ": " << err.str();
        EXPECT_TRUE(nlohmann::json::accept(out.str())) << command.front();
        EXPECT_NE(out.str().find("b\uFFFDta"), std::string::npos) << command.front();
    }
}

TEST_F(CommandLine, LittleMemoryChangesNothingAndTooLittleIsRefused) {
    const std::string file = write("a.h5");
    EXPECT_EQ(run({"compare", file, "-m", "information_imbalance,cka", "-o", "-"}), 0) << err.str();
    const std::string expected = out.str();
    EXPECT_EQ(run({"compare", file, "-m", "information_imbalance,cka", "--memory", "4G", "-o", "-"}), 0);
    EXPECT_EQ(out.str(), expected);
    EXPECT_EQ(run({"compare", file, "--memory", "1M"}), 71);
    EXPECT_NE(err.str().find("--memory"), std::string::npos) << err.str();
}

TEST_F(CommandLine, NullsRepeatsAndBandwidthStandInTheResult) {
    const std::string file = write("a.h5");
    EXPECT_EQ(run({"compare", file, "-m", "cka_rbf,svcca", "--bandwidth", "0.5", "--null", "3", "-o", "-"}),
              0)
        << err.str();
    const auto found = nlohmann::json::parse(out.str());
    EXPECT_EQ(found.at("measures").at(0).at("bandwidth"), 0.5);
    EXPECT_EQ(found.at("measures").at(1).at("shuffles"), 3);
    EXPECT_GT(found.at("measures").at(1).at("shuffled_deviation").at(0).at(1).get<double>(), 0.0);
    EXPECT_FALSE(found.at("measures").at(1).contains("bandwidth"));
    EXPECT_EQ(run({"compare", file, "--subset", "60", "--repeats", "3", "-o", "-"}), 0) << err.str();
    EXPECT_EQ(nlohmann::json::parse(out.str()).at("measures").at(0).at("repeats"), 3);
    EXPECT_EQ(run({"compare", file, "--repeats", "3", "-o", "-"}), 64) << "repeats of what?";
    EXPECT_EQ(run({"compare", file, "--subset", "60", "--repeats", "3", "--checkpoint",
                   (folder.path() / "c").string()}),
              64);
}

TEST_F(CommandLine, DimensionAsTableJsonAndCsv) {
    const std::string file = write("a.h5");
    EXPECT_EQ(run({"dimension", file}), 0) << err.str();
    EXPECT_NE(out.str().find("2NN"), std::string::npos) << out.str();
    EXPECT_EQ(run({"dimension", file, "-o", "-"}), 0) << err.str();
    const auto json = nlohmann::json::parse(out.str());
    ASSERT_FALSE(json.at("layers").empty());
    EXPECT_GT(json.at("layers").at(0).at("two_nn").get<double>(), 0.0);
    EXPECT_GE(json.at("layers").at(0).at("gride").size(), 2U);
    EXPECT_EQ(run({"dimension", file, "--distance", "taxicab"}), 64);
}

TEST_F(CommandLine, SensitivityAsTableJsonAndCsv) {
    const std::string file = write("a.h5");
    const std::vector<std::string> asked{"sensitivity",  file,   "--from",
                                         "alpha/step_1", "--to", "beta/step_2"};
    EXPECT_EQ(run(asked), 0) << err.str();
    EXPECT_NE(out.str().find("excess"), std::string::npos) << out.str();
    std::vector<std::string> json = asked;
    json.insert(json.end(), {"-k", "1,7", "-o", "-"});
    EXPECT_EQ(run(json), 0) << err.str();
    const auto found = nlohmann::json::parse(out.str());
    ASSERT_EQ(found.at("values").size(), 4U) << "two k in both directions";
    EXPECT_EQ(found.at("values").at(1).at("k"), 7);
    EXPECT_GT(found.at("values").at(1).at("excess").get<double>(), 0.0);
    EXPECT_EQ(found.at("values").at(3).at("from"), "beta/step_2");
    std::vector<std::string> csv = asked;
    csv.insert(csv.end(), {"-o", (folder.path() / "s.csv").string()});
    EXPECT_EQ(run(csv), 0) << err.str();
    std::ifstream written(folder.path() / "s.csv");
    std::size_t lines = 0;
    for (std::string line; std::getline(written, line);)
        ++lines;
    EXPECT_EQ(lines, 1U + 2U * 6U) << "k = 1, 2, 5, 10, 30, 100 of 120 images";
    EXPECT_EQ(run({"sensitivity", file, "--from", "alpha/step_1", "--to", "beta/none"}), 64);
    std::vector<std::string> some = asked;
    some.insert(some.end(), {"-k", "1,1000"});
    EXPECT_EQ(run(some), 0);
    EXPECT_NE(err.str().find("k = 1000 is left out"), std::string::npos) << err.str();
    std::vector<std::string> unknown = asked;
    unknown.insert(unknown.end(), {"--measure", "likeness"});
    EXPECT_EQ(run(unknown), 64);
}

TEST_F(CommandLine, CompareWritesEveryFormat) {
    const std::string file = write("a.h5");
    EXPECT_EQ(run({"compare", file, "--measure", "information_imbalance,overlap", "-k", "1,5", "-o", "-"}), 0)
        << err.str();
    const auto json = nlohmann::json::parse(out.str());
    ASSERT_EQ(json.at("measures").size(), 4U);
    EXPECT_EQ(json["measures"][0].at("name"), "information_imbalance");
    EXPECT_EQ(json["measures"][0].at("value").size(), json["measures"][0].at("layers").size());
    for (const char* name : {"r.csv", "r.json", "r.h5"}) {
        const auto path = folder.path() / name;
        EXPECT_EQ(run({"compare", file, "--measure", "overlap", "-o", path.string()}), 0) << err.str();
        EXPECT_GT(std::filesystem::file_size(path), 100U);
    }
}

TEST_F(CommandLine, SmoothnessNeighboursAndDivergent) {
    const std::string file = write("a.h5");
    EXPECT_EQ(run({"smoothness", file, "-o", "-"}), 0) << err.str();
    EXPECT_FALSE(out.str().empty());
    EXPECT_EQ(run({"neighbours", file, "--layer", "alpha/step_1", "--image", "image_007", "-k", "3"}), 0)
        << err.str();
    EXPECT_NE(out.str().find("image_"), std::string::npos);
    EXPECT_EQ(run({"divergent", file, "--from", "alpha/step_1", "--to", "beta/step_2", "--top", "5"}), 0)
        << err.str();
    EXPECT_NE(out.str().find("image_"), std::string::npos);
}

TEST_F(CommandLine, SeveralFilesAreJoinedById) {
    const std::string a = write("a.h5", {.models = {"one"}});
    const std::string b = write("b.h5", {.images = 100, .models = {"two"}});
    EXPECT_EQ(run({"compare", a, b, "--measure", "overlap", "-o", "-"}), 0) << err.str();
    EXPECT_EQ(nlohmann::json::parse(out.str())["measures"][0].at("images"), 100);
}

TEST_F(CommandLine, ALayerIsWarnedOfOnceAndNamedOnce) {
    Dataset dataset = support::made_up();
    auto broken = support::normal_rows(120, 16, 1);
    broken(7, 1) = std::numeric_limits<float>::quiet_NaN();
    dataset.models[0].layers[1].rows = rows_in_memory(std::move(broken));
    dataset.models[0].layers[2].rows = rows_in_memory(Matrix<float>(120, 4, 0.1F));
    const auto path = folder.path() / "bad.h5";
    support::write_activations(path, dataset);
    const auto times = [&](const std::string& words) {
        std::size_t count = 0;
        for (std::size_t at = err.str().find(words); at != std::string::npos;
             at = err.str().find(words, at + 1))
            ++count;
        return count;
    };
    for (const char* command : {"compare", "smoothness"}) {
        EXPECT_EQ(run({command, path.string(), "-m", "cka_unbiased,procrustes,svcca", "-o", "-"}), 0)
            << err.str();
        EXPECT_EQ(times("alpha/step_1"), 1U) << err.str();
        EXPECT_EQ(times("warning (unusable_layer): alpha/step_1: NaN or infinity in 1 of 120 rows"), 1U)
            << err.str();
        for (const char* measure : {"cka_unbiased", "procrustes", "svcca"})
            EXPECT_EQ(times("the same for every image: " + std::string(measure) + " is not defined"), 1U)
                << err.str();
    }
}

// As numpy.save writes it, of rows × 2 numbers.
std::string npy(std::size_t rows) {
    std::string header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(rows) + ", 2), }";
    header.resize(117, ' ');
    std::string out = "\x93NUMPY" + std::string("\x01\x00\x76\x00", 4) + header + "\n";
    for (std::size_t i = 0; i < 2 * rows; ++i) {
        const auto value = static_cast<float>(i * i % 89);
        out.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    return out;
}

// Of which its file's reader has warned before the comparison does.
TEST_F(CommandLine, ALayerOfAnotherLengthIsWarnedOfOnce) {
    std::filesystem::create_directories(folder.path() / "m");
    for (const auto& [name, rows] :
         {std::pair{"m/a.npy", 40U}, std::pair{"m/b.npy", 40U}, std::pair{"m/c.npy", 30U}})
        raw(name, npy(rows));
    EXPECT_EQ(run({"compare", folder.path().string(), "-o", "-"}), 0) << err.str();
    const std::string told = err.str();
    const std::size_t first = told.find("unusable_layer");
    ASSERT_NE(first, std::string::npos) << told;
    EXPECT_EQ(told.find("unusable_layer", first + 1), std::string::npos) << told;
}

struct Refusal {
    const char* name;
    std::vector<std::string> arguments; ///< FILE stands for a good file
    int code;
    std::vector<std::string> words; ///< that the message holds
};

class Refusals : public CommandLine, public testing::WithParamInterface<Refusal> {};

TEST_P(Refusals, SayWhatAndWhere) {
    const std::string good = write("good.h5");
    const std::string empty = raw("empty.h5", "");
    const std::string text = raw("text.h5", "not HDF5 at all");
    std::ifstream in(good, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    const std::string cut = raw("cut.h5", bytes.substr(0, bytes.size() / 2));
    const std::string other = (folder.path() / "other.h5").string();
    Dataset strangers = support::made_up({.images = 20, .models = {"other"}});
    for (std::string& id : strangers.images.ids)
        id.insert(0, "stranger_");
    support::write_activations(other, strangers);
    Dataset none = support::made_up({.images = 20});
    none.models.clear();
    const std::string modelless = (folder.path() / "modelless.h5").string();
    support::write_activations(modelless, none);

    std::vector<std::string> arguments = GetParam().arguments;
    for (std::string& argument : arguments)
        for (const auto& [name, path] : {std::pair<const char*, const std::string&>{"GOOD", good},
                                         {"EMPTY", empty},
                                         {"TEXT", text},
                                         {"CUT", cut},
                                         {"OTHER", other},
                                         {"MODELLESS", modelless}})
            if (argument == name)
                argument = path;
    EXPECT_EQ(run(arguments), GetParam().code) << err.str();
    for (const std::string& word : GetParam().words)
        EXPECT_NE(err.str().find(word), std::string::npos) << "no \"" << word << "\" in: " << err.str();
}

INSTANTIATE_TEST_SUITE_P(
    All, Refusals,
    testing::Values(
        Refusal{"NoSuchFile", {"info", "/nowhere.h5"}, 66, {"/nowhere.h5"}},
        Refusal{"EmptyFile", {"info", "EMPTY"}, 65, {"empty.h5"}},
        Refusal{"NotHdf5", {"info", "TEXT"}, 65, {"text.h5", "HDF5"}},
        Refusal{"Truncated", {"compare", "CUT", "--measure", "overlap", "-o", "-"}, 65, {"cut.h5"}},
        Refusal{
            "NothingInCommon", {"compare", "GOOD", "OTHER", "--measure", "overlap", "-o", "-"}, 65, {"id"}},
        Refusal{
            "NoModels", {"compare", "MODELLESS", "--measure", "overlap", "-o", "-"}, 65, {"modelless.h5"}},
        Refusal{
            "KTooLarge", {"compare", "GOOD", "--measure", "overlap", "-k", "120", "-o", "-"}, 64, {"120"}},
        Refusal{"UnknownMeasure", {"compare", "GOOD", "--measure", "likeness", "-o", "-"}, 64, {"likeness"}},
        Refusal{"MistypedMeasure",
                {"compare", "GOOD", "--measure", "procustres"},
                64,
                {"procustres", "Did you mean procrustes?", "`stratoscope-cli measures`"}},
        Refusal{
            "MistypedMeasureOfSensitivity",
            {"sensitivity", "GOOD", "--from", "alpha/step_1", "--to", "beta/step_1", "--measure", "overlop"},
            64,
            {"Did you mean overlap?"}},
        Refusal{"MistypedCommand",
                {"compar", "GOOD", "-o", "-"},
                64,
                {"\"compar\"", "info, measures, compare", "Did you mean compare?"}},
        Refusal{"NoCommandOfThatName", {"similarities", "GOOD"}, 64, {"\"similarities\"", "one of info"}},
        Refusal{"OptionWithoutCommand", {"--threads", "2", "compare", "GOOD"}, 64, {"--threads"}},
        Refusal{"MistypedOption", {"compare", "GOOD", "--nul", "3"}, 64, {"--nul"}},
        Refusal{"UnknownLayer",
                {"neighbours", "GOOD", "--layer", "alpha/none", "--image", "image_001"},
                64,
                {"alpha/none"}},
        Refusal{"UnknownImage",
                {"neighbours", "GOOD", "--layer", "alpha/step_0", "--image", "nobody"},
                64,
                {"nobody"}},
        Refusal{"NoSuchFolderToWrite",
                {"compare", "GOOD", "--measure", "overlap", "-o", "/nowhere/at/all.csv"},
                73,
                {"/nowhere"}},
        Refusal{"NoSubcommand", {}, 64, {"a command is needed", "compare"}}),
    [](const auto& test) { return std::string(test.param.name); });

} // namespace
} // namespace stratoscope::cli
