#include "core/base/error.h"
#include "core/engine/shrinking_blocks.h"
#include "core/engine/torch/device_memory_internal.h"

#include <c10/util/Exception.h>
#include <new>
#include <string_view>

namespace stratoscope::engine::torch_device {
namespace {

bool is_full(const c10::Error& error) {
    if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr)
        return true;
    const std::string_view words = error.what_without_backtrace();
    return words.find("out of memory") != std::string_view::npos ||
           words.find("not enough memory") != std::string_view::npos ||
           words.find("can't allocate memory") != std::string_view::npos;
}

} // namespace

void telling_when_full(const std::function<void()>& work) {
    try {
        work();
    } catch (const c10::Error& error) {
        if (is_full(error))
            throw DeviceFull(error.what_without_backtrace());
        throw Error(ErrorKind::internal,
                    {.what = "LibTorch failed", .found = error.what_without_backtrace()});
    } catch (const std::bad_alloc&) {
        throw DeviceFull("no memory is left");
    }
}

void telling_the_engine(const at::Device& device, const std::function<void()>& work) {
    const c10::InferenceMode no_gradients;
    try {
        telling_when_full(work);
    } catch (const DeviceFull& full) {
        throw Error(ErrorKind::out_of_memory, {.what = "the device's memory is full",
                                               .where = device.str(),
                                               .found = full.what(),
                                               .advice = "Ask for fewer layers or images"});
    }
}

} // namespace stratoscope::engine::torch_device
