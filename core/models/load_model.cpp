#include "core/models/load_model.h"

#include "core/base/error.h"
#include "core/base/plugin.h"
#include "core/models/reader.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

namespace stratoscope::models {
namespace {

constexpr std::size_t head_bytes = 16;

std::string head_of(const std::filesystem::path& file) {
    std::error_code failed;
    if (std::filesystem::is_directory(file, failed))
        throw Error(ErrorKind::no_input, {.what = "this is a folder, not a model file",
                                          .where = file.string(),
                                          .advice = "Name the .pt or .onnx file in it"});
    std::ifstream in(file, std::ios::binary);
    if (!in)
        throw Error(ErrorKind::no_input, {.what = "the model file can't be opened",
                                          .where = file.string(),
                                          .advice = "Check the path, and that it may be read"});
    std::array<char, head_bytes> head{};
    in.read(head.data(), head.size());
    return {head.data(), static_cast<std::size_t>(in.gcount())};
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& what,
                         const std::string& advice) {
    throw Error(ErrorKind::bad_data,
                {.what = what, .where = file.string(), .expected = "TorchScript or ONNX", .advice = advice});
}

/// The name of the part of the program that reads the file, told by its first bytes.
std::string reader_of(const std::filesystem::path& file) {
    using namespace std::string_view_literals;
    const std::string head = head_of(file);
    const std::string script = "In Python build the model, load its weights, and write it with "
                               "torch.jit.trace(model.eval(), example).save(\"model.pt\")";
    if (head.empty())
        refuse(file, "the file is empty", "Copy it again");
    if (head.starts_with("PK\x03\x04"sv))
        return "torch";
    if (head.starts_with("\x80\x02"sv) || head.starts_with("\x80\x04"sv))
        refuse(file, "the file is a Python pickle: weights, or a model that only Python can build", script);
    if (head.starts_with("\x89HDF"sv))
        refuse(file, "the file is HDF5, not a model", "Open activations with `stratoscope-cli info`");
    if (head.size() > 9 && head[8] == '{')
        refuse(file, "the file is of safetensors: weights without a model", script);
    // A protocol buffer that starts with its version, as all of ONNX do.
    if (head.front() == '\x08' && file.extension() == ".onnx")
        return "onnx";
    refuse(file, "the file is no model that can be read", script);
}

} // namespace

std::vector<InputSize> usual_sizes(std::size_t channels) {
    std::vector<InputSize> sizes;
    for (const std::size_t side : {224U, 32U, 384U, 256U, 299U, 336U, 28U, 64U, 518U, 448U, 96U, 128U, 512U})
        sizes.push_back({channels, side, side});
    if (channels == 1)
        // Pictures of one channel are rather those of digits.
        std::stable_partition(sizes.begin(), sizes.end(),
                              [](const InputSize& size) { return size.height <= 32; });
    return sizes;
}

std::string shape_text(const std::vector<std::size_t>& shape) {
    std::string text;
    for (const std::size_t size : shape)
        text += (text.empty() ? "" : " × ") + std::to_string(size);
    return text;
}

std::shared_ptr<const LoadedModel> load_model(const std::filesystem::path& file, const LoadOptions& options) {
    const Plugin reader(reader_of(file) + "_models");
    std::shared_ptr<const LoadedModel> model;
    reader.function<ReaderFunction>(reader_function)(file, options, model);
    return model;
}

} // namespace stratoscope::models
