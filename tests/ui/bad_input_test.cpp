// Files that are not what they should be: a message that says what and where, and what was open stays open.
#include "core/data/memory_rows.h"
#include "tests/ui/window_fixture.h"
#include "ui/views/error_banner.h"

#include <fstream>
#include <limits>

namespace stratoscope::ui {
namespace {

class BadInput : public WindowTest {
  protected:
    QString messageFor(const QString& file) {
        window->open({file});
        auto* banner = child<ErrorBanner>("error");
        EXPECT_TRUE(waitFor([banner] { return banner->isVisible(); })) << file.toStdString();
        return banner->text();
    }
    QString raw(const char* name, const std::string& bytes) {
        const auto path = folder.path() / name;
        std::ofstream(path, std::ios::binary) << bytes;
        return QString::fromStdString(path.string());
    }
};

TEST_F(BadInput, AFileThatIsNotThere) {
    EXPECT_TRUE(
        messageFor(QStringLiteral("/nowhere/at/all.h5")).contains(QStringLiteral("/nowhere/at/all.h5")));
}

TEST_F(BadInput, AnEmptyFile) {
    EXPECT_TRUE(messageFor(raw("empty.h5", "")).contains(QStringLiteral("empty.h5")));
}

TEST_F(BadInput, TextInsteadOfHdf5) {
    EXPECT_TRUE(messageFor(raw("notes.h5", "these are my notes\n")).contains(QStringLiteral("HDF5")));
}

TEST_F(BadInput, ATruncatedFile) {
    const QString whole = write("whole.h5");
    std::ifstream in(whole.toStdString(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    EXPECT_TRUE(
        messageFor(raw("cut.h5", bytes.substr(0, bytes.size() / 2))).contains(QStringLiteral("cut.h5")));
}

TEST_F(BadInput, WhatWasOpenStaysOpen) {
    open(write("good.h5"));
    const auto before = window->session().comparison();
    (void)messageFor(raw("notes.h5", "these are my notes\n"));
    EXPECT_EQ(window->session().comparison(), before);
    EXPECT_EQ(window->windowTitle(), QStringLiteral("good.h5 — Stratoscope"));
}

TEST_F(BadInput, ALayerOfNaNIsHatchedAndNamedWhileTheRestIsCompared) {
    Dataset data = support::made_up({.images = 60});
    Matrix<float> bad = support::normal_rows(60, 16, 9);
    bad(7, 3) = std::numeric_limits<float>::quiet_NaN();
    data.models[1].layers[2].rows = rows_in_memory(std::move(bad));
    const auto path = folder.path() / "nan.h5";
    support::write_activations(path, data);
    open(QString::fromStdString(path.string()));
    ASSERT_TRUE(waitFor([this] { return window->session().health().has_value(); }));
    bool named = false;
    for (const HealthLine& line : window->session().health()->lines)
        named = named || (line.severity == Severity::problem && line.layer == "beta/step_2");
    EXPECT_TRUE(named);
    const auto comparison = window->session().comparison();
    EXPECT_TRUE(std::isnan(comparison->value(6, 0)));
    EXPECT_FALSE(std::isnan(comparison->value(5, 0)));
    EXPECT_FALSE(window->grab().isNull());
    window->selection().pickPair({"beta/step_2", "alpha/step_0"}); // and nothing breaks when it is picked
    QTest::qWait(100);
}

TEST_F(BadInput, TooFewImages) {
    const auto path = folder.path() / "three.h5";
    support::write_activations(path,
                               support::made_up({.images = 3, .thumbnails = false, .statistics = false}));
    const QString text = messageFor(QString::fromStdString(path.string()));
    EXPECT_TRUE(text.contains(QStringLiteral("3"))) << text.toStdString();
}

} // namespace
} // namespace stratoscope::ui
