#include "core/models/suggested_steps.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

namespace stratoscope::models {
namespace {

using Indices = std::vector<std::size_t>;

bool is_container(const ModuleInfo& module) {
    static const std::set<std::string_view> types{"Sequential", "ModuleList", "ModuleDict"};
    return types.contains(module.type);
}

/// What the tree says beyond its list: who lies in whom.
class Tree {
  public:
    explicit Tree(const ModelDescription& model) : modules_(model.modules) {}

    /// One past the last module inside module m.
    [[nodiscard]] std::size_t end_of(std::size_t m) const {
        std::size_t end = m + 1;
        while (end < modules_.size() && modules_[end].depth > modules_[m].depth)
            ++end;
        return end;
    }
    [[nodiscard]] bool is_leaf(std::size_t m) const { return end_of(m) == m + 1; }
    [[nodiscard]] bool inside(std::size_t inner, std::size_t outer) const {
        return inner > outer && inner < end_of(outer);
    }
    /// Called once, giving one tensor: what a block does.
    [[nodiscard]] const ModuleOutput* only_output(std::size_t m) const {
        const auto& outputs = modules_[m].outputs;
        return outputs.size() == 1 && outputs.front().tappable() ? &outputs.front() : nullptr;
    }

  private:
    const std::vector<ModuleInfo>& modules_;
};

std::uint64_t parameters(const ModelDescription& model, const Indices& group) {
    std::uint64_t sum = 0;
    for (const std::size_t m : group)
        sum += model.modules[m].parameters;
    return sum;
}

/// Composite modules of one type that do not lie in each other, type by type; only types that occur twice.
std::vector<Indices> repeated_types(const ModelDescription& model, const Tree& tree, std::size_t from,
                                    std::size_t to) {
    std::map<std::string, Indices> groups;
    for (std::size_t m = from; m < to; ++m) {
        if (is_container(model.modules[m]) || tree.is_leaf(m) || tree.only_output(m) == nullptr)
            continue;
        Indices& group = groups[model.modules[m].type];
        if (group.empty() || !tree.inside(m, group.back()))
            group.push_back(m);
    }
    std::vector<Indices> repeated;
    for (auto& [type, group] : groups)
        if (group.size() >= 2)
            repeated.push_back(std::move(group));
    return repeated;
}

/// A stage of blocks rather than a block: a chain of one type of module makes up nearly all of it, and each
/// of them gives a result like the stage's. (The convolutions of a block differ in shape.)
std::optional<Indices> chain_inside(const ModelDescription& model, const Tree& tree, std::size_t stage) {
    for (Indices& group : repeated_types(model, tree, stage + 1, tree.end_of(stage))) {
        const auto covered = static_cast<double>(parameters(model, group));
        constexpr double nearly_all = 0.75;
        const bool alike = std::ranges::all_of(group, [&](std::size_t m) {
            return tree.only_output(m)->shape == tree.only_output(stage)->shape;
        });
        if (alike && covered >= nearly_all * static_cast<double>(model.modules[stage].parameters))
            return std::move(group);
    }
    return std::nullopt;
}

/// The repeated modules that hold most of the parameters; where such lie in others that hold nearly as many,
/// those others, and so on outwards.
Indices blocks_of(const ModelDescription& model, const Tree& tree) {
    const std::vector<Indices> groups = repeated_types(model, tree, 0, model.modules.size());
    std::uint64_t most = 0;
    for (const Indices& group : groups)
        most = std::max(most, parameters(model, group));
    constexpr double least_share = 0.2;
    constexpr double nearly_as_many = 0.5;
    if (groups.empty() || static_cast<double>(most) < least_share * static_cast<double>(model.parameters))
        return {};
    const Indices* best = nullptr;
    for (const Indices& group : groups) {
        if (static_cast<double>(parameters(model, group)) < nearly_as_many * static_cast<double>(most))
            continue;
        const auto holds = [&](const Indices& outer, const Indices& inner) {
            return std::ranges::any_of(inner, [&](std::size_t in) {
                return std::ranges::any_of(outer, [&](std::size_t out) { return tree.inside(in, out); });
            });
        };
        if (best == nullptr || holds(group, *best) ||
            (!holds(*best, group) && parameters(model, group) > parameters(model, *best)))
            best = &group;
    }
    Indices blocks;
    for (const std::size_t block : best == nullptr ? groups.front() : *best) {
        const std::optional<Indices> inner = chain_inside(model, tree, block);
        if (inner)
            blocks.insert(blocks.end(), inner->begin(), inner->end());
        else
            blocks.push_back(block);
    }
    return blocks;
}

using Step = std::pair<const ModuleOutput*, const ModuleInfo*>;

void sort_by_order(std::vector<Step>& steps) {
    std::ranges::sort(steps, {}, [](const Step& step) { return step.first->order; });
}

/// The largest modules that neither are nor hold nor lie in a block.
std::vector<Step> around(const ModelDescription& model, const Tree& tree, const Indices& blocks) {
    std::vector<Step> outside;
    std::optional<std::size_t> covered;
    for (std::size_t m = 0; m < model.modules.size(); ++m) {
        if (covered && m < *covered)
            continue;
        if (std::ranges::find(blocks, m) != blocks.end()) {
            covered = tree.end_of(m);
            continue;
        }
        const bool holds =
            std::ranges::any_of(blocks, [&](std::size_t block) { return tree.inside(block, m); });
        if (holds || tree.only_output(m) == nullptr ||
            (is_container(model.modules[m]) && !tree.is_leaf(m) && holds))
            continue;
        outside.emplace_back(tree.only_output(m), &model.modules[m]);
        covered = tree.end_of(m);
    }
    sort_by_order(outside);
    return outside;
}

std::vector<Step> with_surroundings(const ModelDescription& model, const Tree& tree, const Indices& blocks) {
    std::vector<Step> steps;
    for (const std::size_t block : blocks)
        steps.emplace_back(tree.only_output(block), &model.modules[block]);
    sort_by_order(steps);
    const std::size_t first = steps.front().first->order;
    const std::size_t last = steps.back().first->order;
    std::optional<Step> stem;
    std::vector<Step> more;
    const ModuleOutput* before = steps.back().first;
    for (const Step& step : around(model, tree, blocks)) {
        const bool works = step.second->parameters > 0;
        if (step.first->order < first)
            stem = step;
        else if (step.first->order < last && works)
            more.push_back(step);
        else if (step.first->order > last && (works || step.first->shape != before->shape)) {
            more.push_back(step);
            before = step.first;
        }
    }
    if (stem)
        more.push_back(*stem);
    steps.insert(steps.end(), more.begin(), more.end());
    return steps;
}

/// Without blocks: what each convolution or linear map hands to the next, after normalisation, activation and
/// pooling.
std::vector<Step> between_weights(const ModelDescription& model, const Tree& tree) {
    static const std::set<std::string_view> only_pass_on{"Flatten", "Unflatten", "Identity", "Dropout"};
    std::vector<Step> leaves;
    for (std::size_t m = 0; m < model.modules.size(); ++m)
        if (tree.is_leaf(m) && !only_pass_on.contains(model.modules[m].type))
            for (const ModuleOutput& output : model.modules[m].outputs)
                if (output.tappable())
                    leaves.emplace_back(&output, &model.modules[m]);
    sort_by_order(leaves);
    const auto is_weight = [](const ModuleInfo& module) {
        return module.type.starts_with("Conv") || module.type.find("Linear") != std::string::npos;
    };
    std::vector<Step> steps;
    bool any = false;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        any = any || is_weight(*leaves[i].second);
        if (any && (i + 1 == leaves.size() || is_weight(*leaves[i + 1].second)))
            steps.push_back(leaves[i]);
    }
    return steps.empty() ? leaves : steps;
}

} // namespace

std::vector<std::string> suggested_steps(const ModelDescription& model) {
    const Tree tree(model);
    const Indices blocks = blocks_of(model, tree);
    std::vector<Step> steps =
        blocks.empty() ? between_weights(model, tree) : with_surroundings(model, tree, blocks);
    sort_by_order(steps);
    std::vector<std::string> names;
    for (const auto& [output, module] : steps)
        if (std::ranges::find(names, output->name) == names.end())
            names.push_back(output->name);
    return names;
}

std::string suggested_family(const ModelDescription& model) {
    bool convolutions = false;
    for (const ModuleInfo& module : model.modules) {
        if (module.type.find("Attention") != std::string::npos ||
            module.type.find("Transformer") != std::string::npos ||
            module.type.find("Attn") != std::string::npos)
            return "transformer";
        convolutions = convolutions || module.type.starts_with("Conv");
    }
    return convolutions ? "cnn" : "other";
}

} // namespace stratoscope::models
