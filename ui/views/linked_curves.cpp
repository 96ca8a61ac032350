#include "ui/views/linked_curves.h"

#include "core/analysis/retention.h"
#include "core/analysis/smoothness.h"
#include "ui/painting/text.h"
#include "ui/views/matrix_view.h"

#include <algorithm>
#include <cmath>

namespace stratoscope::ui {
namespace {

std::size_t colourOf(const Session& session, const std::string& model) {
    const auto at = session.modelColours().find(model);
    return at == session.modelColours().end() ? 0 : at->second;
}

std::optional<double> firstFinite(const Matrix<double>& values) {
    for (const double value : values.values())
        if (std::isfinite(value))
            return value;
    return std::nullopt;
}

// A model's solid curve of one direction and its dashed one of the other, with the layers each point is
// about.
class TwoWays {
  public:
    TwoWays(const QString& name, std::size_t colour)
        : there_{name, colour, false, {}, {}, {}}, back_{name, colour, true, {}, {}, {}} {}

    void add(double depth, double forward, double forwardError, double backward, double backwardError,
             const LayerPair& pair) {
        addPoint(there_, depth, forward, forwardError);
        addPoint(back_, depth, backward, backwardError);
        pairsThere_.push_back(pair);
        pairsBack_.push_back({pair.to, pair.from});
    }

    void moveInto(LinkedCurves& out, bool directed) {
        out.figure.curves.push_back(std::move(there_));
        out.pairs.push_back(std::move(pairsThere_));
        if (!directed)
            return;
        out.figure.curves.push_back(std::move(back_));
        out.pairs.push_back(std::move(pairsBack_));
    }

  private:
    static void addPoint(Curve& curve, double depth, double value, double error) {
        curve.depth.push_back(depth);
        curve.value.push_back(value);
        curve.error.push_back(error);
    }

    Curve there_;
    Curve back_;
    std::vector<LayerPair> pairsThere_;
    std::vector<LayerPair> pairsBack_;
};

} // namespace

LinkedCurves smoothnessCurves(const Session& session) {
    LinkedCurves out;
    CurveFigure& figure = out.figure;
    const auto comparison = session.comparison();
    figure.xLabel = QStringLiteral("relative depth");
    if (!comparison)
        return out;
    const bool distance = comparison->definition.sense == Sense::distance;
    figure.yLabel = distance ? QStringLiteral("%1 to next layer").arg(symbolOf(*comparison))
                             : QStringLiteral("1 − ") + valueTitle(*comparison);
    figure.logarithmic = session.settings().scale == ScaleKind::logarithmic;
    if (distance)
        figure.floor = firstFinite(comparison->floor);
    figure.stale = session.stale();
    for (const auto& steps : analysis::smoothness(*comparison)) {
        TwoWays ways(text(steps.title), colourOf(session, steps.model));
        for (const auto& step : steps.steps)
            ways.add(step.depth, step.forward, step.forward_error, step.backward, step.backward_error,
                     {comparison->rows[step.from].path(), comparison->rows[step.to].path()});
        ways.moveInto(out, comparison->directed());
    }
    return out;
}

LinkedCurves retentionCurves(const Session& session, const std::string& group) {
    LinkedCurves out;
    CurveFigure& figure = out.figure;
    const auto comparison = session.comparison();
    figure.xLabel = QStringLiteral("relative depth");
    if (!comparison)
        return out;
    const bool distance = comparison->definition.sense == Sense::distance;
    figure.yLabel = distance ? QStringLiteral("%1 with image statistics").arg(symbolOf(*comparison))
                             : QStringLiteral("1 − ") + valueTitle(*comparison);
    figure.logarithmic = false;
    if (distance)
        figure.null = firstFinite(comparison->null_value);
    figure.stale = session.stale();
    const std::string statistics = std::string(statistics_model) + "/" + group;
    for (const auto& retention : analysis::retention(*comparison, group)) {
        TwoWays ways(text(retention.title), colourOf(session, retention.model));
        for (const auto& point : retention.points)
            ways.add(point.depth, point.to_statistics, point.to_error, point.from_statistics,
                     point.from_error, {comparison->rows[point.row].path(), statistics});
        ways.moveInto(out, comparison->directed());
    }
    return out;
}

LinkedCurves readoutCurves(const Session& session, std::optional<std::size_t> statistic) {
    LinkedCurves out;
    CurveFigure& figure = out.figure;
    figure.xLabel = QStringLiteral("relative depth");
    figure.yLabel = QStringLiteral("R² of image statistics");
    figure.logarithmic = false;
    const auto& found = session.decodability();
    const auto dataset = session.dataset();
    if (!found || !dataset)
        return out;
    for (std::size_t i = 0; i < found->layers.size(); ++i) {
        const Model& model = dataset->model(found->layers[i]);
        const std::string path = dataset->path_of(found->layers[i]);
        if (session.hidden().contains(path))
            continue;
        if (out.pairs.empty() || figure.curves.back().name != text(model.title)) {
            figure.curves.push_back({text(model.title), colourOf(session, model.name), false, {}, {}, {}});
            out.pairs.emplace_back();
        }
        double value = 0.0;
        std::size_t count = 0;
        for (std::size_t s = 0; s < found->r2[i].size(); ++s)
            if (std::isfinite(found->r2[i][s]) && (!statistic || s == *statistic)) {
                value += found->r2[i][s];
                ++count;
            }
        figure.curves.back().depth.push_back(dataset->layer(found->layers[i]).depth);
        figure.curves.back().value.push_back(count == 0 ? std::nan("") : value / static_cast<double>(count));
        out.pairs.back().push_back({path, std::string(statistics_model) + "/all"});
    }
    return out;
}

LinkedCurves dimensionCurves(const Session& session, std::size_t neighbour) {
    LinkedCurves out;
    out.figure.xLabel = QStringLiteral("relative depth");
    out.figure.yLabel = QStringLiteral("intrinsic dimension");
    out.figure.logarithmic = false;
    const auto& found = session.dimensions();
    if (!found)
        return out;
    std::string model;
    for (const measures::LayerDimension& one : found->layers) {
        if (session.hidden().contains(one.layer.path()))
            continue;
        if (out.pairs.empty() || one.layer.model != model) {
            model = one.layer.model;
            out.figure.curves.push_back(
                {text(one.layer.model_title), colourOf(session, model), false, {}, {}, {}});
            out.pairs.emplace_back();
        }
        double value = one.two_nn;
        double error = one.two_nn_error;
        if (neighbour > 0) {
            const auto at = std::ranges::find(one.gride, neighbour, &measures::DimensionAtScale::neighbour);
            value = at == one.gride.end() ? std::nan("") : at->value;
            error = at == one.gride.end() ? std::nan("") : at->standard_error;
        }
        out.figure.curves.back().depth.push_back(one.layer.depth);
        out.figure.curves.back().value.push_back(value);
        out.figure.curves.back().error.push_back(error);
        out.pairs.back().push_back({one.layer.path(), one.layer.path()});
    }
    return out;
}

std::vector<std::size_t> dimensionScales(const Session& session) {
    std::vector<std::size_t> scales;
    if (session.dimensions() && !session.dimensions()->layers.empty())
        for (const measures::DimensionAtScale& scale : session.dimensions()->layers.front().gride)
            scales.push_back(scale.neighbour);
    return scales;
}

} // namespace stratoscope::ui
