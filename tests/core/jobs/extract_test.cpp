// Extraction from model file and pictures to the file of activations, with all that may happen between.
#include "core/base/thread_pool.h"
#include "core/jobs/extract_job.h"
#include "core/models/load_model.h"
#include "core/storage/open.h"
#include "tests/core/models/made_models.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <mutex>

namespace stratoscope::jobs {
namespace {

namespace fs = std::filesystem;

class Extracting : public testing::Test {
  protected:
    static constexpr std::size_t side = 32;

    Extracting() {
        support::write_small_network(model, side);
        for (int i = 0; i < 37; ++i)
            write_picture(pictures / (i % 2 == 0 ? "even" : "odd") / (std::to_string(i) + ".ppm"), i);
    }

    /// A portable pixmap of waves.
    static void write_picture(const fs::path& path, int number) {
        fs::create_directories(path.parent_path());
        std::ofstream out(path, std::ios::binary);
        constexpr int height = 40;
        constexpr int width = 56;
        out << "P6\n" << width << ' ' << height << "\n255\n";
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x)
                for (int c = 0; c < 3; ++c)
                    out.put(static_cast<char>(127.0 + 120.0 * std::sin(0.1 * number * (x + c) + 0.3 * y)));
    }

    static void write_text(const fs::path& path, const std::string& text) {
        std::ofstream(path, std::ios::binary) << text;
    }
    static std::string bytes_of(const fs::path& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::shared_ptr<const PictureList> list(ListPicturesJob job = {}) {
        if (job.sources.empty())
            job.sources = {pictures};
        return job.run({task, {}});
    }

    ExtractJob job(const std::string& output) {
        return {.model = model,
                .pictures = list(),
                .steps = {"stage_*", "head"},
                .poolings = {"mean", "flatten"},
                .preprocessing = {.resize = side, .size = side},
                .batch = 5,
                .half = false,
                .output = folder.path() / output};
    }

    Dataset open(const fs::path& path) { return storage::open_dataset({path}, {}, task); }

    template <class Job>
    std::string refusal(const Job& refused) {
        try {
            (void)refused.run({task, {}});
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    }

    support::TemporaryFolder folder;
    fs::path model = folder.path() / "small.pt";
    fs::path pictures = folder.path() / "pictures";
    ThreadPool pool{2};
    Task task{pool, {}, {}};
};

TEST_F(Extracting, RowsAreWhatTheModelGivesForEachPicture) {
    const ExtractJob asked = job("out.h5");
    const ExtractJob::Result result = asked.run({task, {}});
    EXPECT_EQ(result.images, 37U);
    EXPECT_EQ(result.layers, 5U); // two poolings of two stages, one of a vector
    EXPECT_FALSE(fs::exists(folder.path() / "out.h5.part"));
    const Dataset dataset = open(result.output);
    EXPECT_EQ(dataset.images.ids, asked.pictures->ids);
    EXPECT_EQ(dataset.images.paths, asked.pictures->paths);
    EXPECT_EQ(dataset.images.label_names, (std::vector<std::string>{"even", "odd"}));
    EXPECT_EQ(dataset.images.statistics.values.rows(), 37U);
    ASSERT_NE(dataset.images.thumbnails, nullptr);
    EXPECT_FALSE(dataset.images.thumbnails->read(7).empty());

    const auto loaded = models::load_model(model, {.input = models::InputSize{3, side, side}});
    const auto pass = loaded->prepare({"stage_2"});
    for (const std::size_t image : {std::size_t{0}, std::size_t{8}, std::size_t{36}}) {
        const PreviewJob::Result preview =
            PreviewJob{.picture = asked.pictures->paths[image], .preprocessing = asked.preprocessing}.run(
                {task, {}});
        std::vector<float> pixels(3 * side * side);
        models::normalise(preview.seen.rgb, asked.preprocessing, 3, pixels);
        pass->run(
            {pixels, 1, 3, side, side},
            [&](const models::TapValue& tap) {
                const auto flat = dataset.find("small/stage_2@flatten");
                const auto mean = dataset.find("small/stage_2@mean");
                ASSERT_TRUE(flat && mean);
                Matrix<float> row(1, tap.values.size());
                dataset.layer(*flat).rows->read(image, row.view());
                for (std::size_t i = 0; i < tap.values.size(); ++i)
                    ASSERT_NEAR(row(0, i), tap.values[i], 1e-6F) << image;
                Matrix<float> means(1, tap.shape[1]);
                dataset.layer(*mean).rows->read(image, means.view());
                const std::size_t places = tap.shape[2] * tap.shape[3];
                for (std::size_t c = 0; c < tap.shape[1]; ++c) {
                    double sum = 0.0;
                    for (std::size_t i = 0; i < places; ++i)
                        sum += static_cast<double>(tap.values[c * places + i]);
                    ASSERT_NEAR(means(0, c), sum / static_cast<double>(places), 1e-6);
                }
            },
            task);
    }
}

TEST_F(Extracting, StoppedAnywhereItEndsWithTheSameBytes) {
    (void)job("whole.h5").run({task, {}});
    const std::string whole = bytes_of(folder.path() / "whole.h5");
    ASSERT_FALSE(whole.empty());
    for (int stop = 0; stop <= 10; stop += 2) { // of the reports, which begin before the first batch
        const ExtractJob asked = job("broken.h5");
        int reports = 0;
        const Task stopping{pool, {}, [&](double, std::string_view) {
                                if (++reports > stop)
                                    throw Cancelled{};
                            }};
        EXPECT_THROW((void)asked.run({stopping, {}}), Cancelled);
        // A record that was being written when the power went.
        std::ofstream(folder.path() / "broken.h5.part", std::ios::binary | std::ios::app) << "half a record";
        const ExtractJob::Result result = asked.run({task, {}});
        EXPECT_EQ(result.resumed_at > 0, stop > 0) << stop;
        EXPECT_EQ(bytes_of(folder.path() / "broken.h5") == whole, true) << stop;
        fs::remove(folder.path() / "broken.h5");
    }
}

TEST_F(Extracting, ReportsNoMoreThanIsDone) {
    double last = 0.0;
    const Task watched{pool, {}, [&](double fraction, std::string_view stage) {
                           EXPECT_GE(fraction, last) << stage;
                           last = fraction;
                           std::size_t done = 0;
                           std::size_t all = 0;
                           if (std::sscanf(std::string(stage).c_str(), "%zu of %zu images", &done, &all) ==
                               2) {
                               EXPECT_LE(fraction * static_cast<double>(all), static_cast<double>(done));
                           } else if (stage == "loading the model") {
                               EXPECT_EQ(fraction, 0.0);
                           }
                       }};
    (void)job("out.h5").run({watched, {}});
    EXPECT_EQ(last, 1.0);
}

TEST_F(Extracting, ADamagedRecordIsMadeAnew) {
    (void)job("whole.h5").run({task, {}});
    const ExtractJob asked = job("damaged.h5");
    int reports = 0;
    const Task stopping{pool, {}, [&](double, std::string_view) {
                            if (++reports > 5)
                                throw Cancelled{};
                        }};
    EXPECT_THROW((void)asked.run({stopping, {}}), Cancelled);
    const fs::path part = folder.path() / "damaged.h5.part";
    std::string bytes = bytes_of(part);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    write_text(part, bytes);
    (void)asked.run({task, {}});
    EXPECT_EQ(bytes_of(folder.path() / "damaged.h5") == bytes_of(folder.path() / "whole.h5"), true);
}

TEST_F(Extracting, OtherSettingsDoNotGoOnWithWhatIsThere) {
    ExtractJob asked = job("out.h5");
    int reports = 0;
    const Task stopping{pool, {}, [&](double, std::string_view) {
                            if (++reports > 3)
                                throw Cancelled{};
                        }};
    EXPECT_THROW((void)asked.run({stopping, {}}), Cancelled);
    asked.poolings = {"max"};
    EXPECT_NE(refusal(asked).find("--restart"), std::string::npos);
    asked.restart = true;
    EXPECT_EQ(asked.run({task, {}}).resumed_at, 0U);
}

TEST_F(Extracting, UnreadablePicturesAreSkippedAndListed) {
    write_text(pictures / "even" / "text.jpg", "I am a text");
    write_text(pictures / "odd" / "nothing.png", "");
    const ExtractJob asked = job("out.h5");
    const ExtractJob::Result result = asked.run({task, {}});
    EXPECT_EQ(result.images, 37U);
    ASSERT_EQ(result.skipped.size(), 2U);
    EXPECT_EQ(result.skipped[0].picture.filename(), "text.jpg");
    EXPECT_NE(result.skipped[0].reason.find("no picture"), std::string::npos);
    EXPECT_NE(result.skipped[1].reason.find("empty"), std::string::npos);
    EXPECT_EQ(open(result.output).images.size(), 37U);
}

TEST_F(Extracting, NothingReadableIsAnError) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(pictures))
        if (entry.is_regular_file())
            write_text(entry.path(), "no picture");
    EXPECT_NE(refusal(job("out.h5")).find("none of the pictures can be read"), std::string::npos);
    EXPECT_FALSE(fs::exists(folder.path() / "out.h5.part")) << "nothing is in the way of a next try";
}

TEST_F(Extracting, APictureThatCanNotBeReadAnyMoreStopsASecondModelUntilItIsBack) {
    (void)job("out.h5").run({task, {}});
    const fs::path picture = pictures / "odd" / "3.ppm";
    fs::rename(picture, folder.path() / "kept.ppm");
    write_text(picture, "no picture any more");
    ExtractJob second = job("out.h5");
    second.name = "again";
    EXPECT_NE(refusal(second).find("3.ppm"), std::string::npos) << refusal(second);
    EXPECT_NE(refusal(second).find("Put the picture back"), std::string::npos);
    EXPECT_EQ(open(second.output).models.size(), 1U);
    fs::rename(folder.path() / "kept.ppm", picture);
    (void)second.run({task, {}});
    EXPECT_EQ(open(second.output).models.size(), 2U);
}

TEST_F(Extracting, ASecondModelKeepsTheRows) {
    write_text(pictures / "even" / "text.jpg", "I am a text");
    const ExtractJob first = job("out.h5");
    (void)first.run({task, {}});
    const Dataset before = open(first.output);
    ExtractJob second = job("out.h5");
    EXPECT_NE(refusal(second).find("has a model \"small\" already"), std::string::npos);
    second.name = "again";
    const ExtractJob::Result result = second.run({task, {}});
    ASSERT_EQ(result.notes.size(), 1U);
    EXPECT_NE(result.notes[0].find("1 pictures are not in"), std::string::npos);
    const Dataset after = open(first.output);
    EXPECT_EQ(after.images.ids, before.images.ids);
    ASSERT_EQ(after.models.size(), 2U);
    Matrix<float> a(37, 5);
    Matrix<float> b(37, 5);
    after.layer(after.find("small/head").value()).rows->read(0, a.view());
    after.layer(after.find("again/head").value()).rows->read(0, b.view());
    EXPECT_LT(std::abs(a(36, 4) - b(36, 4)), 1e-6F);
    fs::remove(pictures / "odd" / "3.ppm");
    ExtractJob third = job("out.h5");
    third.name = "third";
    EXPECT_NE(refusal(third).find("1 of its 37 images"), std::string::npos) << refusal(third);
}

TEST_F(Extracting, SnapshotsAreFairSamples) {
    for (int i = 100; i < 420; ++i)
        write_picture(pictures / "more" / (std::to_string(i) + ".ppm"), i);
    const ExtractJob asked = job("out.h5");
    std::vector<ExtractJob::Snapshot> snapshots;
    (void)asked.run({task, [&](ExtractJob::Snapshot snapshot) { snapshots.push_back(std::move(snapshot)); }});
    ASSERT_EQ(snapshots.size(), 1U);
    const Dataset& early = *snapshots.front();
    EXPECT_GE(early.images.size(), 256U);
    EXPECT_LT(early.images.size(), 357U);
    std::size_t others = 0;
    for (const std::int64_t label : early.images.labels)
        others += early.images.label_names.at(static_cast<std::size_t>(label)) != "more";
    EXPECT_GT(others, 15U) << "the first pictures of the list would be of one folder";
    const Dataset whole = open(asked.output);
    const auto place =
        std::ranges::find(whole.images.ids, early.images.ids.back()) - whole.images.ids.begin();
    Matrix<float> a(1, 5);
    Matrix<float> b(1, 5);
    early.layer(early.find("small/head").value()).rows->read(early.images.size() - 1, a.view());
    whole.layer(whole.find("small/head").value()).rows->read(static_cast<std::size_t>(place), b.view());
    EXPECT_EQ(a, b);
}

TEST_F(Extracting, SaysWhatIsWrongBeforeItStarts) {
    ExtractJob wrong = job("out.h5");
    wrong.poolings = {"median"};
    EXPECT_NE(refusal(wrong).find("median"), std::string::npos);
    wrong = job("out.h5");
    wrong.steps = {"stage_9"};
    EXPECT_NE(refusal(wrong).find("stage_1"), std::string::npos);
    wrong = job("out.csv");
    EXPECT_NE(refusal(wrong).find(".h5"), std::string::npos);
    wrong = job("absent/out.h5");
    EXPECT_NE(refusal(wrong).find("folder"), std::string::npos);
    wrong = job("out.h5");
    wrong.preprocessing.resize = wrong.preprocessing.size = 48;
    EXPECT_NE(refusal(wrong).find("It takes 32 × 32"), std::string::npos);
    write_text(folder.path() / "text.h5", "not activations");
    EXPECT_NE(refusal(job("text.h5")).find("no file of activations"), std::string::npos);
    fs::create_directory(folder.path() / "empty");
    EXPECT_NE(refusal(ListPicturesJob{.sources = {folder.path() / "empty"}}).find("no pictures"),
              std::string::npos);
    EXPECT_NE(refusal(ListPicturesJob{.sources = {folder.path() / "absent"}}).find("no such"),
              std::string::npos);
}

TEST_F(Extracting, FlattenBeyondTheLimitIsReplacedWithANote) {
    ExtractJob asked = job("out.h5");
    asked.poolings = {"flatten", "cls"};
    asked.flatten_limit = 600; // stage_1 has 2048 numbers, stage_2 512
    const ExtractJob::Result result = asked.run({task, {}});
    EXPECT_EQ(result.notes.size(), 2U);
    const Dataset dataset = open(result.output);
    EXPECT_TRUE(dataset.find("small/stage_1@grid4x4"));
    EXPECT_TRUE(dataset.find("small/stage_2@flatten"));
    EXPECT_TRUE(dataset.find("small/stage_2@mean"));
}

TEST_F(Extracting, LabelsFromATable) {
    write_text(folder.path() / "labels.csv", "file,note,label\n\"0.ppm\",\"a, b\",7\n1,x,9\n");
    const auto labelled = list({.label_table = folder.path() / "labels.csv"});
    ASSERT_EQ(labelled->labels.size(), 37U);
    const auto label_of = [&](const std::string& id) {
        return labelled
            ->labels[static_cast<std::size_t>(std::ranges::find(labelled->ids, id) - labelled->ids.begin())];
    };
    EXPECT_EQ(label_of("even/0.ppm"), 7);
    EXPECT_EQ(label_of("odd/1.ppm"), 9);
    ASSERT_EQ(labelled->notes.size(), 1U);
    EXPECT_NE(labelled->notes[0].find("35 of 37"), std::string::npos);
    const auto notes = list({.label_table = folder.path() / "labels.csv", .label_column = "note"});
    EXPECT_EQ(notes->label_names, (std::vector<std::string>{"", "a, b", "x"}));
    EXPECT_NE(refusal(ListPicturesJob{.sources = {pictures},
                                      .label_table = folder.path() / "labels.csv",
                                      .label_column = "no"})
                  .find("file, note, label"),
              std::string::npos);
    write_text(folder.path() / "ragged.csv", "file,label\n0,1,2\n");
    EXPECT_NE(refusal(ListPicturesJob{.sources = {pictures}, .label_table = folder.path() / "ragged.csv"})
                  .find("row 2"),
              std::string::npos);
}

} // namespace
} // namespace stratoscope::jobs
