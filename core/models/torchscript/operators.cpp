#include "core/models/torchscript/tapped_graph_private.h"

#include <ATen/ATen.h>
#include <torch/csrc/jit/runtime/custom_operator.h>
#include <torch/csrc/jit/runtime/operator.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace stratoscope::models::torchscript {
namespace {

using torch::jit::Operator;
using torch::jit::pop;
using torch::jit::push;
using torch::jit::Stack;

/// Not a std::exception, so that the interpreter passes it on as it is.
struct StopRun {};

TapReceiver& receiver_at(std::int64_t address) {
    return *reinterpret_cast<TapReceiver*>(static_cast<std::uintptr_t>(address));
}

template <class Action>
void guarded(TapReceiver& receiver, Action action) {
    try {
        if (receiver.cancellation != nullptr)
            receiver.cancellation->check();
        action();
    } catch (...) {
        receiver.thrown = std::current_exception();
        throw StopRun{};
    }
}

void tap(Stack& stack) {
    TapReceiver& receiver = receiver_at(pop(stack).toInt());
    const std::int64_t site = pop(stack).toInt();
    const c10::IValue value = pop(stack);
    guarded(receiver, [&] {
        if (site >= 0 && receiver.value)
            receiver.value(static_cast<std::size_t>(site), value);
    });
}

double numbers(const at::Tensor& tensor) {
    return static_cast<double>(tensor.numel());
}

double size_at(const at::Tensor& tensor, std::int64_t dimension) {
    return tensor.dim() == 0 ? 1.0 : static_cast<double>(tensor.size(dimension));
}

/// How products are counted: see products_of() in tapped_graph.cpp for which operator is which.
double multiply_adds(const std::string& kind, const at::Tensor& a, const at::Tensor& b,
                     const at::Tensor& out) {
    if (kind == "convolution") // each output reads a kernel over the channels of its group
        return numbers(out) * numbers(b) / size_at(b, 0);
    if (kind == "transposed") // each input writes such a kernel
        return numbers(a) * numbers(b) / size_at(b, 0);
    if (kind == "product") // each output is a sum over the last dimension of a
        return numbers(out) * size_at(a, -1);
    if (kind == "attention") // queries with keys, weights with values
        return (numbers(a) + numbers(out)) * size_at(b, -2);
    // Whole attention with its four maps; a: queries, b: keys, both images × tokens × D.
    return 4.0 * numbers(a) * size_at(a, -1) + 2.0 * numbers(a) * size_at(b, 1);
}

void count(Stack& stack) {
    TapReceiver& receiver = receiver_at(pop(stack).toInt());
    const std::string kind = pop(stack).toStringRef();
    const at::Tensor out = pop(stack).toTensor();
    const at::Tensor b = pop(stack).toTensor();
    const at::Tensor a = pop(stack).toTensor();
    guarded(receiver, [&] {
        if (receiver.products)
            receiver.products(multiply_adds(kind, a, b, out));
    });
}

/// softmax(Q Kᵀ · scale + mask) V (Vaswani et al. 2017), as LibTorch has it from version 2 on.
void scaled_dot_product_attention(Stack& stack) {
    const bool grouped = pop(stack).toBool();
    const c10::IValue given_scale = pop(stack);
    const bool causal = pop(stack).toBool();
    (void)pop(stack); // dropout: models are run in evaluation mode
    const c10::IValue mask = pop(stack);
    at::Tensor value = pop(stack).toTensor();
    at::Tensor key = pop(stack).toTensor();
    const at::Tensor query = pop(stack).toTensor();
    if (grouped) {
        key = key.repeat_interleave(query.size(-3) / key.size(-3), -3);
        value = value.repeat_interleave(query.size(-3) / value.size(-3), -3);
    }
    const double scale =
        given_scale.isNone() ? 1.0 / std::sqrt(static_cast<double>(query.size(-1))) : given_scale.toDouble();
    at::Tensor weights = at::matmul(query * scale, key.transpose(-2, -1));
    constexpr double never = -std::numeric_limits<double>::infinity();
    if (causal)
        weights = weights.masked_fill(
            at::ones({query.size(-2), key.size(-2)}, query.options().dtype(at::kBool)).tril().logical_not(),
            never);
    if (!mask.isNone()) {
        const at::Tensor given = mask.toTensor();
        weights = given.scalar_type() == at::kBool ? weights.masked_fill(given.logical_not(), never)
                                                   : weights + given;
    }
    push(stack, at::matmul(at::softmax(weights, -1), value));
}

bool known(const char* name) {
    return !torch::jit::getAllOperatorsFor(c10::Symbol::fromQualString(name)).empty();
}

} // namespace

void register_operators() {
    static const bool once = [] {
        torch::jit::registerOperator(Operator("stratoscope::tap(t value, int site, int receiver) -> ()", tap,
                                              c10::AliasAnalysisKind::CONSERVATIVE));
        torch::jit::registerOperator(
            Operator("stratoscope::count(Tensor a, Tensor b, Tensor out, str kind, int receiver) -> ()",
                     count, c10::AliasAnalysisKind::CONSERVATIVE));
        if (!known("aten::scaled_dot_product_attention"))
            torch::jit::registerOperator(
                Operator("aten::scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? "
                         "attn_mask=None, float dropout_p=0., bool is_causal=False, *, float? scale=None, "
                         "bool enable_gqa=False) -> Tensor",
                         scaled_dot_product_attention, c10::AliasAnalysisKind::FROM_SCHEMA));
        return true;
    }();
    (void)once;
}

} // namespace stratoscope::models::torchscript
