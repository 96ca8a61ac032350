#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/models/reader.h"
#include "core/models/torchscript/tapped_graph_private.h"
#include "core/models/torchscript/torch_errors_private.h"
#include "core/models/torchscript/torch_pass_private.h"

#include <ATen/ATen.h>
#include <cblas.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace stratoscope::models::torchscript {
namespace {

class TorchPass final : public ForwardPass {
  public:
    TorchPass(std::shared_ptr<const TorchFile> loaded, const std::vector<std::string>& outputs)
        : loaded_(std::move(loaded)) {
        TapChoice choice{.paths = std::set<std::string>(), .stop_after_last = true};
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const auto [module, output] = loaded_->description.find_output(outputs[i]);
            if (output == nullptr || !output->tappable())
                throw Error(ErrorKind::usage,
                            {.what = "this output of the model can't be had",
                             .where = outputs[i],
                             .found = output == nullptr ? "no output of that name" : output->untappable});
            const OutputPlace& place = loaded_->places.find(outputs[i])->second;
            wanted_[{place.path, place.call}].push_back({i, place, output});
            choice.paths->insert(place.path);
        }
        outputs_ = outputs;
        graph_ = std::make_unique<TappedGraph>(loaded_->module, choice);
    }

    void run(const Batch& batch, const TapSink& sink, const Task& task) override {
        // Not so on a graphics card, which is only fast with all of them.
        const bool whole = loaded_->device.type() != c10::kCPU;
        std::size_t part = whole ? batch.images : images_a_part;
        if (loaded_->description.batch_limit != 0)
            part = std::min(part, loaded_->description.batch_limit);
        const std::size_t parts = (batch.images + part - 1) / part;
        if (parts == 0)
            return;
        openblas_set_num_threads(1);
        task.pool.parallel_for(parts, [&](std::size_t i, std::size_t) {
            task.check();
            run_part(batch, i * part, std::min(part, batch.images - i * part), sink, task.cancellation);
        });
    }

  private:
    struct Wanted {
        std::size_t position;
        OutputPlace place;
        const ModuleOutput* output;
    };

    void run_part(const Batch& batch, std::size_t first, std::size_t count, const TapSink& sink,
                  const Cancellation& cancellation) const {
        one_thread();
        const std::size_t image = batch.channels * batch.height * batch.width;
        const std::array<std::int64_t, 4> sizes{
            static_cast<std::int64_t>(count), static_cast<std::int64_t>(batch.channels),
            static_cast<std::int64_t>(batch.height), static_cast<std::int64_t>(batch.width)};
        const c10::InferenceMode no_gradients;
        // The model may work in place on its input, which is not ours to give away.
        const at::Tensor input =
            at::from_blob(const_cast<float*>(batch.values.data() + first * image), sizes, at::kFloat)
                .to(loaded_->device, at::kFloat, false, true);
        std::map<std::string, std::size_t> calls;
        std::size_t given = 0;
        TapReceiver receiver;
        receiver.cancellation = &cancellation;
        receiver.value = [&](std::size_t site, const c10::IValue& value) {
            const std::string& path = graph_->sites()[site].path;
            const auto wanted = wanted_.find({path, calls[path]++});
            if (wanted == wanted_.end())
                return;
            std::vector<at::Tensor> tensors;
            collect_tensors(value, tensors);
            for (const Wanted& one : wanted->second)
                if (one.place.index < tensors.size()) {
                    give(tensors[one.place.index], one, first, count, sink);
                    ++given;
                }
        };
        try {
            graph_->run(input, receiver);
        } catch (const Error&) {
            throw;
        } catch (const std::bad_alloc&) {
            throw;
        } catch (const std::exception& thrown) {
            throw running_error(loaded_->description.file, {batch.channels, batch.height, batch.width},
                                thrown);
        }
        if (given != outputs_.size())
            throw Error(
                ErrorKind::bad_data,
                {.what = "the model went another way than in its dry run: some modules were not called",
                 .where = loaded_->description.file.string(),
                 .expected = std::to_string(outputs_.size()) + " outputs",
                 .found = std::to_string(given),
                 .advice = "Leave out modules that lie in a branch or a loop"});
    }

    static void give(const at::Tensor& tensor, const Wanted& wanted, std::size_t first, std::size_t count,
                     const TapSink& sink) {
        at::Tensor values = tensor.is_quantized() ? tensor.dequantize() : tensor;
        if (values.dim() > wanted.place.batch_dimension)
            values = values.movedim(wanted.place.batch_dimension, 0);
        if (wanted.output->channels_last && values.dim() == 4)
            values = values.permute({0, 3, 1, 2});
        values = values.to(at::kCPU, at::kFloat).contiguous();
        std::vector<std::size_t> shape(values.sizes().begin(), values.sizes().end());
        std::vector<std::size_t> expected{count};
        expected.insert(expected.end(), wanted.output->shape.begin(), wanted.output->shape.end());
        if (shape.size() == 1)
            shape.push_back(1);
        if (shape != expected)
            throw Error(ErrorKind::bad_data,
                        {.what = "a module's output has another shape than in the dry run",
                         .where = wanted.output->name,
                         .expected = shape_text(expected),
                         .found = shape_text(shape)});
        sink({wanted.position,
              first,
              shape,
              {values.data_ptr<float>(), static_cast<std::size_t>(values.numel())}});
    }

    std::shared_ptr<const TorchFile> loaded_;
    std::vector<std::string> outputs_;
    std::map<std::pair<std::string, std::size_t>, std::vector<Wanted>> wanted_;
    std::unique_ptr<TappedGraph> graph_;
};

} // namespace

std::unique_ptr<ForwardPass> make_pass(std::shared_ptr<const TorchFile> loaded,
                                       const std::vector<std::string>& outputs) {
    return std::make_unique<TorchPass>(std::move(loaded), outputs);
}

} // namespace stratoscope::models::torchscript
