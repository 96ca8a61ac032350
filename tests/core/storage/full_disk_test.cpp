// Writing where there is no room: an error, no file, and HDF5 as usable as before.
#include "core/base/error.h"
#include "core/storage/activations_writer.h"
#include "core/storage/leftovers.h"
#include "core/storage/open.h"
#include "tests/support/made_up_data.h"
#include "tests/support/small_files.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/written_data.h"

#include <gtest/gtest.h>

#include <fstream>

namespace stratoscope::storage {
namespace {

namespace fs = std::filesystem;

std::size_t files_in(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
}

TEST(FullDisk, LeavesNothingWhereverItFillsUp) {
    const support::TemporaryFolder folder;
    const Dataset data = support::made_up({.images = 300});
    const fs::path whole = folder.path() / "whole.h5";
    support::write_activations(whole, data);
    const std::uintmax_t bytes = fs::file_size(whole);
    const fs::path path = folder.path() / "out.h5";
    constexpr std::uintmax_t places = 40;
    for (std::uintmax_t place = 0; place < places; ++place) {
        std::string said = "no error";
        {
            const support::SmallFiles limit(bytes * place / places);
            try {
                support::write_activations(path, data);
            } catch (const Error& error) {
                EXPECT_EQ(error.kind(), ErrorKind::cannot_write) << error.what();
                said = error.what();
            }
        }
        EXPECT_NE(said.find("out.h5"), std::string::npos) << place << ": " << said;
        EXPECT_NE(said.find("room"), std::string::npos) << place << ": " << said;
        EXPECT_EQ(files_in(folder.path()), 1U) << "at place " << place;
    }
    support::write_activations(path, data);
    EXPECT_EQ(fs::file_size(path), bytes);
}

TEST(FullDisk, LeavesTheFileThatAModelIsAddedTo) {
    const support::TemporaryFolder folder;
    const fs::path path = folder.path() / "out.h5";
    support::write_activations(path, support::made_up({.images = 300}));
    const std::uintmax_t bytes = fs::file_size(path);
    for (const std::uintmax_t room : {bytes / 2, bytes + 100}) {
        const support::SmallFiles limit(room);
        const auto add = [&] {
            ActivationsWriter writer = ActivationsWriter::extending(path);
            Model model;
            model.name = "another";
            Layer layer;
            layer.name = "step";
            writer.add_model(model);
            writer.add_layer("another", layer, Matrix<float>(300, 64).view());
            writer.commit();
        };
        EXPECT_THROW(add(), Error);
        EXPECT_EQ(fs::file_size(path), bytes);
        EXPECT_EQ(files_in(folder.path()), 1U);
    }
}

TEST(Leftovers, AreRemovedAndNothingElse) {
    const support::TemporaryFolder folder;
    const auto touch = [&](const char* name) { std::ofstream(folder.path() / name) << "x"; };
    const char* kept[] = {"out.h5", "out.h5.part", ".out.h5.notes", ".out.h5.ab.def", ".other.h5.aB3dE9"};
    for (const char* name : kept)
        touch(name);
    touch(".out.h5.aB3dE9");
    touch(".out.h5.000000");
    remove_leftovers(folder.path() / "out.h5");
    EXPECT_EQ(files_in(folder.path()), std::size(kept));
    for (const char* name : kept)
        EXPECT_TRUE(fs::exists(folder.path() / name)) << name;
    EXPECT_NO_THROW(remove_leftovers(folder.path() / "absent/out.h5"));
}

} // namespace
} // namespace stratoscope::storage
