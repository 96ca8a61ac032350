#include "core/models/torchscript/torch_errors_private.h"

#include <torch/version.h>

#include <algorithm>
#include <c10/util/Exception.h>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

namespace stratoscope::models::torchscript {
namespace {

constexpr std::size_t longest_text = 300;
constexpr std::streamoff longest_directory = std::streamoff{1} << 20;

/// The end of a zip file, where the names of what is in it stand.
std::string end_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    const std::streamoff size = in.tellg();
    if (size <= 0)
        return {};
    in.seekg(std::max<std::streamoff>(0, size - longest_directory));
    return {std::istreambuf_iterator<char>(in), {}};
}

bool holds(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

std::string whole_text(const std::exception& thrown) {
    if (const auto* error = dynamic_cast<const c10::Error*>(&thrown))
        return error->what_without_backtrace();
    return thrown.what();
}

/// Lines that only tell where in a program something happened.
bool is_trace(const std::string& line) {
    return line.starts_with("Traceback") || line.starts_with("  File") ||
           line.starts_with("The following operation") || line.starts_with("frame #") ||
           holds(line, "<--- HERE") || holds(line, "~~~") || line.empty();
}

/// "detectron::roi_align" where this is what is unknown; empty where it is torch's own, or something else.
std::string foreign_operator(const std::string& text) {
    constexpr std::string_view before = "Unknown builtin op: ";
    const std::size_t at = text.find(before);
    if (at == std::string::npos)
        return {};
    std::istringstream rest(text.substr(at + before.size()));
    std::string name;
    rest >> name;
    while (!name.empty() && name.back() == '.')
        name.pop_back();
    return name.starts_with("aten::") || name.starts_with("prim::") || !holds(name, "::") ? std::string()
                                                                                          : name;
}

} // namespace

std::string short_text(const std::exception& thrown) {
    const std::string text = whole_text(thrown);
    std::istringstream lines(text);
    std::vector<std::string> said;
    for (std::string line; std::getline(lines, line);)
        if (!is_trace(line))
            said.push_back(line);
    if (said.empty())
        return text.substr(0, longest_text);
    // After a trace of the script comes the error itself: "RuntimeError: mat1 and mat2 shapes cannot be
    // multiplied".
    const auto last = std::ranges::find_if(
        said, [](const std::string& line) { return holds(line, "Error: ") || holds(line, "Exception: "); });
    std::string chosen = last != said.end() ? *last : said.front();
    if (chosen.size() > longest_text)
        chosen = chosen.substr(0, longest_text) + " …";
    return chosen;
}

Error reading_error(const std::filesystem::path& file, const std::exception& thrown) {
    const std::string text = whole_text(thrown);
    const std::string where = file.string();
    const std::string script = "torch.jit.trace(model.eval(), example).save(\"model.pt\")";
    if (holds(text, "finding central directory") || holds(text, "invalid header or archive"))
        return {ErrorKind::bad_data,
                {.what = "the file is cut off or is no TorchScript file",
                 .where = where,
                 .expected = "a whole file written by torch.jit.save",
                 .advice = "Copy it again, or write it in Python with " + script}};
    if (holds(text, "constants.pkl")) {
        const std::string names = end_of(file);
        if (holds(names, "serialized_exported_program") || holds(names, "archive_format"))
            return {ErrorKind::bad_data,
                    {.what = "the file is a package of torch.export, which this version can't run",
                     .where = where,
                     .expected = "TorchScript or ONNX",
                     .advice = "Write the model in Python with " + script + ", or with torch.onnx.export"}};
        return {
            ErrorKind::bad_data,
            {.what = "the file holds weights (a state dict) or a Python object, not a model that can run",
             .where = where,
             .expected = "TorchScript or ONNX",
             .advice = "In Python build the model, load the weights into it, and write it with " + script}};
    }
    if (const std::string foreign = foreign_operator(text); !foreign.empty())
        return {ErrorKind::bad_data,
                {.what = "the model uses an operator that comes from another library than torch",
                 .where = where,
                 .found = foreign,
                 .advice =
                     "Write the model in Python without that library's operator; many have a switch for it, "
                     "or a plain torch version"}};
    if (holds(text, "Unknown builtin op") || holds(text, "Unknown type name") ||
        holds(text, "unknown operator") || holds(text, "does not exist in this version"))
        return {ErrorKind::bad_data,
                {.what = "the model uses an operator that this LibTorch doesn't know",
                 .where = where,
                 .found = short_text(thrown),
                 .advice = "Write the file with an older torch (LibTorch here is " TORCH_VERSION
                           "), or build this program against a newer LibTorch"}};
    if (holds(text, "version") && holds(text, "produced"))
        return {ErrorKind::bad_data,
                {.what = "the file was written by a newer torch than this program reads",
                 .where = where,
                 .found = short_text(thrown),
                 .advice = "Write the file with an older torch (LibTorch here is " TORCH_VERSION ")"}};
    return {ErrorKind::bad_data,
            {.what = "the file can't be read as TorchScript",
             .where = where,
             .found = short_text(thrown),
             .advice = "Write it in Python with " + script}};
}

Error running_error(const std::filesystem::path& file, const InputSize& input, const std::exception& thrown) {
    if (holds(whole_text(thrown), "allocate memory") || holds(whole_text(thrown), "out of memory"))
        return {ErrorKind::out_of_memory,
                {.what = "there is not enough memory for the forward pass",
                 .where = file.string(),
                 .advice = "Take smaller batches"}};
    return {ErrorKind::bad_data,
            {.what = "the model does not take pictures of " + std::to_string(input.channels) + " × " +
                     std::to_string(input.height) + " × " + std::to_string(input.width),
             .where = file.string(),
             .found = short_text(thrown),
             .advice = "Give the size the model was made for"}};
}

} // namespace stratoscope::models::torchscript
