// safetensors: eight bytes of length, a JSON header that names type, shape and place of each tensor, and the
// tensors, little-endian and in C order (github.com/huggingface/safetensors, "Format").
#include "core/base/error.h"
#include "core/base/natural_order.h"
#include "core/storage/array_internal.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace stratoscope::storage {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t longest_header = std::uint64_t{16} << 20; // the format allows 100 MB: for weights
constexpr std::size_t most_dimensions = 32;
constexpr int deepest_header = 4;

[[noreturn]] void refuse(const Bytes& bytes, const std::string& found) {
    throw Error(ErrorKind::bad_data, {.what = "this is no readable safetensors file",
                                      .where = bytes->name(),
                                      .expected = "a header with the type, shape and place of each tensor",
                                      .found = found,
                                      .advice = "Write or copy it again"});
}

std::optional<Number> number_named(const std::string& name) {
    static const std::map<std::string, Number> known{
        {"F16", Number::float16}, {"BF16", Number::bfloat16}, {"F32", Number::float32},
        {"F64", Number::float64}, {"I8", Number::int8},       {"I16", Number::int16},
        {"I32", Number::int32},   {"I64", Number::int64},     {"U8", Number::uint8},
        {"U16", Number::uint16},  {"U32", Number::uint32},    {"U64", Number::uint64},
        {"BOOL", Number::boolean}};
    const auto at = known.find(name);
    return at == known.end() ? std::nullopt : std::optional(at->second);
}

Json header_of(const Bytes& bytes, std::uint64_t length) {
    std::string text(static_cast<std::size_t>(length), '\0');
    bytes->read(8, std::as_writable_bytes(std::span(text)));
    bool deep = false;
    // Cut off where it is deeper than the format has it: such a value would cost a stack to destroy.
    const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
        deep = deep || depth > deepest_header;
        return depth <= deepest_header;
    };
    Json header = Json::parse(text, shallow, false);
    if (header.is_discarded() || !header.is_object() || deep)
        refuse(bytes, "a header that is no JSON object of tensors");
    return header;
}

Array array_of(const Json& entry, const Bytes& data, const std::string& name) {
    Array array;
    const auto bad = [&](const std::string& why) {
        array.unreadable = why;
        return array;
    };
    if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string() ||
        !entry.contains("shape") || !entry["shape"].is_array() || !entry.contains("data_offsets") ||
        !entry["data_offsets"].is_array() || entry["data_offsets"].size() != 2)
        return bad("has no type, shape or place in the file");
    const std::string type = entry["dtype"].get<std::string>();
    const std::optional<Number> number = number_named(type);
    if (!number)
        return bad("holds numbers of a type this program lacks (" + clean_text(type) + ")");
    array.type.number = *number;
    const auto is_size = [](const Json& value) { return value.is_number_unsigned(); };
    const Json& offsets = entry["data_offsets"];
    if (entry["shape"].size() > most_dimensions || !std::ranges::all_of(entry["shape"], is_size) ||
        !std::ranges::all_of(offsets, is_size))
        return bad("has a shape or place that is no list of sizes");
    for (const Json& n : entry["shape"])
        array.shape.push_back(n.get<std::size_t>());
    const auto first = offsets[0].get<std::uint64_t>();
    const auto end = offsets[1].get<std::uint64_t>();
    if (first > end || end > data->size())
        return bad("claims bytes " + std::to_string(first) + " to " + std::to_string(end) +
                   ", the file has " + std::to_string(data->size()) + " of them");
    array.bytes = part_of(data, first, end - first, data->name() + ": " + name);
    check(array);
    return array;
}

} // namespace

ArrayFile read_safetensors(const Bytes& bytes, const Task& task) {
    std::array<std::byte, 8> start{};
    bytes->read(0, start);
    const std::uint64_t length = little_endian(start);
    if (length > longest_header || length > bytes->size() - 8)
        refuse(bytes, "a header of " + std::to_string(length) + " bytes in a file of " +
                          std::to_string(bytes->size()));
    const Json header = header_of(bytes, length);
    if (header.size() > most_datasets)
        refuse(bytes, std::to_string(header.size()) + " tensors");
    const Bytes data = part_of(bytes, 8 + length, bytes->size() - 8 - length, bytes->name());
    // The format keeps no order, so it is that of the names, as people read them.
    std::vector<std::string> names;
    for (const auto& [name, entry] : header.items())
        if (name != "__metadata__")
            names.push_back(name);
    std::ranges::sort(names, natural_less);
    ArrayFile out;
    for (const std::string& name : names) {
        task.check();
        const std::string shown = clean_text(name);
        // "resnet/layer1" means what it looks like; dots are part of a module's name.
        const std::size_t slash = shown.find('/');
        std::vector<std::string> parts{shown};
        if (slash != std::string::npos && slash > 0 && slash + 1 < shown.size())
            parts = {shown.substr(0, slash), shown.substr(slash + 1)};
        out.datasets.push_back(foreign_dataset(array_of(header[name], data, shown), std::move(parts)));
        out.datasets.back().placed_by_name = true;
    }
    return out;
}

} // namespace stratoscope::storage
