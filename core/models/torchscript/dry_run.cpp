#include "core/models/torchscript/dry_run_private.h"
#include "core/models/torchscript/torch_errors_private.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

namespace stratoscope::models::torchscript {
namespace {

std::string unusable_kind(const at::Tensor& tensor) {
    if (tensor.is_complex())
        return "its numbers are complex";
    if (tensor.layout() != at::kStrided)
        return "its numbers are not stored densely";
    return {};
}

} // namespace

DryRun::DryRun(const TorchFile& loaded, const LoadOptions& options)
    : loaded_(loaded), options_(options), graph_(loaded.module, {.count_products = true}) {}

bool DryRun::try_size(const InputSize& input) {
    seen_.clear();
    multiply_adds_ = 0.0;
    try {
        run(input, 1);
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const Error&) {
        throw;
    } catch (const std::exception& thrown) {
        if (!refusal_)
            refusal_.emplace(running_error(loaded_.description.file, input, thrown));
        return false;
    }
    try {
        run(input, 2);
        batch_limit_ = 0;
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const Error&) {
        throw;
    } catch (const std::exception&) {
        batch_limit_ = 1;
    }
    return true;
}

std::size_t DryRun::smallest_map() const {
    std::int64_t smallest = 0;
    for (const auto& [path, calls] : seen_)
        for (const auto& tensors : calls)
            for (const Seen& seen : tensors)
                if (seen.sizes.size() == 4 && seen.sizes[2] == seen.sizes[3] && seen.sizes[2] > 1)
                    smallest = smallest == 0 ? seen.sizes[2] : std::min(smallest, seen.sizes[2]);
    return static_cast<std::size_t>(smallest);
}

void DryRun::run(const InputSize& input, std::int64_t images) {
    one_thread();
    const at::Tensor noise =
        at::randn({images, static_cast<std::int64_t>(input.channels), static_cast<std::int64_t>(input.height),
                   static_cast<std::int64_t>(input.width)})
            .to(loaded_.device);
    std::map<std::string, std::size_t> calls;
    std::size_t order = 0;
    TapReceiver receiver;
    receiver.cancellation = &options_.cancellation;
    receiver.value = [&](std::size_t site, const c10::IValue& value) {
        const std::string& path = graph_.sites()[site].path;
        const std::size_t call = calls[path]++;
        std::vector<at::Tensor> tensors;
        collect_tensors(value, tensors);
        auto& of_path = seen_[path];
        if (of_path.size() <= call)
            of_path.resize(call + 1);
        auto& of_call = of_path[call];
        if (of_call.size() < tensors.size())
            of_call.resize(tensors.size());
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            auto& sizes = images == 1 ? of_call[i].sizes : of_call[i].sizes_of_two;
            sizes = tensors[i].sizes().vec();
            if (images == 1) {
                of_call[i].unusable = unusable_kind(tensors[i]);
                of_call[i].order = order++;
            }
        }
    };
    if (images == 1)
        receiver.products = [&](double products) { multiply_adds_ += products; };
    graph_.run(noise, receiver);
}

} // namespace stratoscope::models::torchscript
