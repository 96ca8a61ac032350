#include "core/models/torchscript/tapped_graph_private.h"

#include <torch/csrc/jit/api/function_impl.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/passes/inliner.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

namespace stratoscope::models::torchscript {
namespace {

namespace jit = torch::jit;
namespace prim = c10::prim;

constexpr int deepest_call = 2000;
constexpr std::int64_t no_site = -1;

/// The module's forward, or one of the numbered ones: the tracer writes forward1, forward2 for later calls of
/// a module, the compiler forward__0 for overloads.
bool is_forward(const std::string& method) {
    constexpr std::string_view name = "forward";
    if (!method.starts_with(name))
        return false;
    std::string_view rest = std::string_view(method).substr(name.size());
    if (rest.starts_with("__"))
        rest.remove_prefix(2);
    return std::ranges::all_of(rest, [](char c) { return c >= '0' && c <= '9'; });
}

/// "a.b.0" where the value is reached from the model through attributes alone.
std::optional<std::string> path_of(const jit::Value* value, const jit::Graph& graph) {
    if (value == graph.inputs().front())
        return std::string();
    const jit::Node* node = value->node();
    if (node->kind() != prim::GetAttr)
        return std::nullopt;
    std::optional<std::string> path = path_of(node->input(), graph);
    if (path)
        *path += (path->empty() ? "" : ".") + node->s(c10::attr::name);
    return path;
}

struct Products {
    const char* kind;
    std::size_t a;
    std::size_t b;
    bool tuple = false; ///< the result is none tensor
};

/// Operators whose multiply–adds are counted, and which of their inputs tell how many.
std::optional<Products> products_of(const jit::Node& node) {
    static const std::map<std::string, Products> known{
        {"aten::conv1d", {"convolution", 0, 1}},
        {"aten::conv2d", {"convolution", 0, 1}},
        {"aten::conv3d", {"convolution", 0, 1}},
        {"aten::_convolution", {"convolution", 0, 1}},
        {"aten::convolution", {"convolution", 0, 1}},
        {"aten::conv_transpose1d", {"transposed", 0, 1}},
        {"aten::conv_transpose2d", {"transposed", 0, 1}},
        {"aten::conv_transpose3d", {"transposed", 0, 1}},
        {"aten::linear", {"product", 0, 1}},
        {"aten::matmul", {"product", 0, 1}},
        {"aten::mm", {"product", 0, 1}},
        {"aten::bmm", {"product", 0, 1}},
        {"aten::addmm", {"product", 1, 2}},
        {"aten::baddbmm", {"product", 1, 2}},
        {"aten::scaled_dot_product_attention", {"attention", 0, 1}},
        {"aten::_native_multi_head_attention", {"whole attention", 0, 1, true}},
    };
    const auto at = known.find(node.kind().toQualString());
    if (at == known.end())
        return std::nullopt;
    Products products = at->second;
    // …, dilation, transposed, output_padding, groups, …
    constexpr std::size_t transposed = 6;
    if (node.kind() == c10::aten::_convolution || node.kind() == c10::aten::convolution)
        if (const auto value = jit::toIValue(node.inputs()[transposed]); value && value->toBool())
            products.kind = "transposed";
    return products;
}

bool is_uncounted(const jit::Node& node) {
    static const std::set<std::string> names{
        "aten::einsum", "aten::tensordot", "aten::bilinear",
        "aten::lstm",   "aten::gru",       "aten::_transformer_encoder_layer_fwd",
        "aten::cdist",  "aten::dot",       "aten::mv"};
    return names.contains(node.kind().toQualString());
}

/// Walks the graph once, inlining calls and leaving taps.
class Flattening {
  public:
    Flattening(jit::Graph& graph, const TapChoice& choice, std::vector<CallSite>& sites,
               std::set<std::string>& uncounted)
        : graph_(graph), choice_(choice), sites_(sites), uncounted_(uncounted) {
        receiver_ = graph_.addInput("receiver");
        receiver_->setType(c10::IntType::get());
    }

    void whole_graph() {
        block(graph_.block(), false, 0);
        if (choice_.stop_after_last)
            drop_the_rest();
    }

  private:
    void block(jit::Block* block, bool conditional, int depth) {
        TORCH_CHECK(depth < deepest_call, "calls lie too deep in each other");
        for (jit::Node* node = block->nodes().front(); node != block->return_node();) {
            jit::Node* before = node->prev();
            if (node->kind() == prim::CallMethod || node->kind() == prim::CallFunction) {
                TORCH_CHECK(++calls_ < 1'000'000, "a function calls itself");
                jit::GraphFunction* function = jit::tryToGraphFunction(node);
                if (node->kind() == prim::CallMethod)
                    leave_tap(*node, conditional, function == nullptr);
                if (function != nullptr) {
                    if (node->kind() == prim::CallFunction)
                        node->removeInput(0);
                    // With the function's own graph, as it was loaded: the optimised one has its calls
                    // inlined already.
                    jit::inlineCallTo(node, function, function->graph().get());
                    node = before->next();
                    continue;
                }
            }
            if (choice_.count_products)
                leave_count(*node);
            for (jit::Block* inner : node->blocks())
                this->block(inner, conditional || node->kind() == prim::If, depth + 1);
            node = node->next();
        }
    }

    void leave_tap(jit::Node& call, bool conditional, bool opaque) {
        if (!is_forward(call.s(c10::attr::name)))
            return;
        const std::optional<std::string> path = path_of(call.input(0), graph_);
        if (!path || path->empty())
            return;
        const bool wanted = !choice_.paths || choice_.paths->contains(*path);
        const jit::WithInsertPoint here(call.next());
        const std::int64_t site = wanted ? static_cast<std::int64_t>(sites_.size()) : no_site;
        // One that is not wanted still looks whether the run was cancelled.
        jit::Node* tap = insert("stratoscope::tap", {call.output(), constant(site), receiver_});
        if (wanted) {
            sites_.push_back({*path, conditional, opaque});
            taps_.insert(tap);
        }
    }

    void leave_count(jit::Node& node) {
        if (is_uncounted(node))
            uncounted_.insert(node.kind().toUnqualString());
        const std::optional<Products> products = products_of(node);
        if (!products || node.inputs().size() <= products->b)
            return;
        jit::Value* a = node.inputs()[products->a];
        jit::Value* b = node.inputs()[products->b];
        jit::Value* out = products->tuple ? a : node.outputs()[0];
        if (!a->type()->isSubtypeOf(*c10::TensorType::get()) ||
            !b->type()->isSubtypeOf(*c10::TensorType::get()))
            return;
        const jit::WithInsertPoint here(node.next());
        insert("stratoscope::count", {a, b, out, constant(std::string(products->kind)), receiver_});
    }

    jit::Node* insert(const char* name, std::initializer_list<jit::Value*> inputs) {
        return graph_.insertNode(graph_.create(c10::Symbol::fromQualString(name), inputs, 0));
    }

    jit::Value* constant(const c10::IValue& value) { return graph_.insertConstant(value); }

    [[nodiscard]] bool holds_tap(const jit::Node* node) const {
        if (taps_.contains(node))
            return true;
        return std::ranges::any_of(node->blocks(), [this](const jit::Block* inner) {
            return std::ranges::any_of(inner->nodes(),
                                       [this](const jit::Node* one) { return holds_tap(one); });
        });
    }

    /// By place in the graph: an outer call's tap is left before, and stands behind, those of the calls in
    /// it.
    void drop_the_rest() {
        const jit::Node* last = graph_.return_node()->prev();
        while (last != graph_.param_node() && !holds_tap(last))
            last = last->prev();
        if (last == graph_.param_node())
            return;
        while (!graph_.outputs().empty())
            graph_.eraseOutput(graph_.outputs().size() - 1);
        jit::Node* node = graph_.return_node()->prev();
        while (node != last) {
            jit::Node* before = node->prev();
            node->destroy();
            node = before;
        }
        const jit::WithInsertPoint here(graph_.return_node());
        graph_.registerOutput(constant(c10::IValue()));
    }

    jit::Graph& graph_;
    const TapChoice& choice_;
    std::vector<CallSite>& sites_;
    std::set<std::string>& uncounted_;
    jit::Value* receiver_ = nullptr;
    std::unordered_set<const jit::Node*> taps_;
    std::size_t calls_ = 0;
};

} // namespace

TappedGraph::TappedGraph(jit::Module module, const TapChoice& choice) : module_(std::move(module)) {
    const auto graph = jit::toGraphFunction(module_.get_method("forward").function()).graph()->copy();
    Flattening(*graph, choice, sites_, uncounted_).whole_graph();
    // The plain interpreter: nothing is profiled or fused, so every value keeps its place.
    code_.emplace(graph, "stratoscope_tapped");
}

void TappedGraph::run(at::Tensor input, TapReceiver& receiver) const {
    const c10::InferenceMode no_gradients;
    jit::Stack stack;
    stack.emplace_back(module_._ivalue());
    stack.emplace_back(std::move(input));
    // Checks types and adds the defaults of further arguments.
    module_.get_method("forward").function().getSchema().checkAndNormalizeInputs(stack, {});
    stack.emplace_back(static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(&receiver)));
    receiver.thrown = nullptr;
    try {
        jit::InterpreterState(*code_).run(stack);
    } catch (...) {
        if (receiver.thrown)
            std::rethrow_exception(std::exchange(receiver.thrown, nullptr));
        throw;
    }
}

} // namespace stratoscope::models::torchscript
