// How long the window stands still for a model of many modules in the assistant's third step: longest calls,
// in milliseconds. Prints; asserts nothing, since machines differ.
//   bench_module_tree [MODULES]        5000 without one, in blocks of 8
#include "ui/dialogs/module_tree.h"

#include "core/models/model_description.h"
#include "ui/dialogs/steps_page.h"

#include <QApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <cstdio>

namespace {

using namespace stratoscope;

constexpr std::size_t in_a_block = 8;

std::shared_ptr<const jobs::InspectModelJob::Report> made_up(std::size_t modules) {
    auto report = std::make_shared<jobs::InspectModelJob::Report>();
    const auto add = [&](const std::string& path, const char* type, std::size_t depth) {
        models::ModuleInfo info;
        info.path = path;
        info.type = type;
        info.depth = depth;
        info.parameters = 1000 + path.size();
        models::ModuleOutput output;
        output.name = path;
        output.shape = {197, 768};
        output.order = report->description.modules.size();
        info.outputs = {output};
        report->description.modules.push_back(std::move(info));
    };
    for (std::size_t block = 0; report->description.modules.size() < modules; ++block) {
        const std::string path = "encoder_block_" + std::to_string(block);
        add(path, "EncoderBlock", 0);
        report->steps.push_back(path);
        for (std::size_t part = 1; part < in_a_block; ++part)
            add(path + ".part_" + std::to_string(part), "NonDynamicallyQuantizableLinear", 1);
    }
    report->description.name = "large";
    report->description.file = "/large.pt";
    return report;
}

template <class Call>
void time(const char* what, Call call) {
    double longest = 0.0;
    for (int round = 0; round < 5; ++round) {
        QElapsedTimer clock;
        clock.start();
        call(round);
        longest = std::max(longest, static_cast<double>(clock.nsecsElapsed()) * 1e-6);
    }
    std::printf("%-44s %7.2f ms\n", what, longest);
}

} // namespace

int main(int count, char** arguments) {
    QApplication application(count, arguments);
    const std::size_t modules = count > 1 ? std::stoul(arguments[1]) : 5000;
    ui::JobRunner runner;
    ui::Session session(runner);
    ui::StepsPage page(session, {});
    page.resize(900, 500);
    page.show();
    const auto report = made_up(modules);
    auto pictures = std::make_shared<jobs::PictureList>();
    pictures->ids = {"a", "b"};
    page.setPictures(pictures);
    QCoreApplication::processEvents();
    std::set<std::string> all;
    for (const models::ModuleInfo& info : report->description.modules)
        all.insert(info.path);
    auto* tree = page.findChild<ui::ModuleTree*>();
    std::printf("%zu modules, %zu suggested\n", report->description.modules.size(), report->steps.size());
    time("shown", [&](int) { page.setModel(report); });
    time("painted", [&](int) { tree->viewport()->repaint(); });
    time("all ticked", [&](int) { tree->tick(all); });
    time("painted, all open", [&](int) { tree->viewport()->repaint(); });
    time("none ticked", [&](int) { tree->tick({}); });
    time("suggested steps ticked", [&](int) { tree->tick({report->steps.begin(), report->steps.end()}); });
    time("events", [&](int) { QCoreApplication::processEvents(); });
    return 0;
}
