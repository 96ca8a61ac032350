#include "core/models/torchscript/torch_file_private.h"

#include <ATen/Parallel.h>

namespace stratoscope::models::torchscript {

void collect_tensors(const c10::IValue& value, std::vector<at::Tensor>& out) {
    if (value.isTensor()) {
        if (value.toTensor().defined())
            out.push_back(value.toTensor());
    } else if (value.isTuple()) {
        for (const c10::IValue& element : value.toTupleRef().elements())
            collect_tensors(element, out);
    } else if (value.isList()) {
        for (const c10::IValue& element : value.toListRef())
            collect_tensors(element, out);
    } else if (value.isGenericDict()) {
        for (const auto& entry : value.toGenericDict())
            collect_tensors(entry.value(), out);
    }
}

void one_thread() {
    at::set_num_threads(1);
}

} // namespace stratoscope::models::torchscript
