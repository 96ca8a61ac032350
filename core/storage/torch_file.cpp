// What torch.save writes since 1.6: a zip archive with one pickle, which names the tensors, and the bytes of
// each storage under data/ (torch/serialization.py, docs "Serialization semantics").
#include "core/base/error.h"
#include "core/storage/array_internal.h"
#include "core/storage/pickle_internal.h"
#include "core/storage/zip_archive_internal.h"

#include <algorithm>
#include <map>

namespace stratoscope::storage {
namespace {

using pickle::Value;
using Kind = Value::Kind;

constexpr std::uint64_t largest_pickle = std::uint64_t{64} << 20;
constexpr std::size_t most_dimensions = 32;
// Values may lead to one another many times over; a file of activations is walked through long before this.
constexpr std::size_t most_steps = std::size_t{1} << 20;

std::optional<Number> storage_type(const std::string& global) {
    static const std::map<std::string, Number> known{
        {"torch HalfStorage", Number::float16},  {"torch BFloat16Storage", Number::bfloat16},
        {"torch FloatStorage", Number::float32}, {"torch DoubleStorage", Number::float64},
        {"torch CharStorage", Number::int8},     {"torch ShortStorage", Number::int16},
        {"torch IntStorage", Number::int32},     {"torch LongStorage", Number::int64},
        {"torch ByteStorage", Number::uint8},    {"torch BoolStorage", Number::boolean}};
    const auto at = known.find(global);
    return at == known.end() ? std::nullopt : std::optional(at->second);
}

bool is_call_of(const Value& value, const std::string& name) {
    return value.kind == Kind::call && value.items[0]->kind == Kind::global && value.items[0]->text == name;
}

/// The arguments of a call, at least `count` of them.
const std::vector<const Value*>* arguments_of(const Value& call, std::size_t count) {
    const Value& arguments = *call.items[1];
    return arguments.kind == Kind::list && arguments.items.size() >= count ? &arguments.items : nullptr;
}

std::optional<std::vector<std::size_t>> sizes_of(const Value& value) {
    if (value.kind != Kind::list || value.items.size() > most_dimensions)
        return std::nullopt;
    std::vector<std::size_t> out;
    for (const Value* item : value.items) {
        if (item->kind != Kind::integer || item->integer < 0)
            return std::nullopt;
        out.push_back(static_cast<std::size_t>(item->integer));
    }
    return out;
}

class TorchFile {
  public:
    TorchFile(const Bytes& bytes, const Task& task) : archive_(bytes), task_(task) {
        for (const ZipEntry& entry : archive_.entries())
            entry_of_[entry.name] = &entry;
        for (const ZipEntry& entry : archive_.entries())
            if (entry.name == "data.pkl" || entry.name.ends_with("/data.pkl")) {
                prefix_ = entry.name.substr(0, entry.name.size() - 8);
                break;
            }
        refuse_torchscript();
        if (const auto order = entry_of_.find(prefix_ + "byteorder"); order != entry_of_.end())
            big_endian_ = all_of(*archive_.open(*order->second), 64).starts_with("big");
    }

    ArrayFile read(const std::string& stem) {
        const auto entry = entry_of_.find(prefix_ + "data.pkl");
        if (entry == entry_of_.end())
            throw Error(ErrorKind::bad_data,
                        {.what = "the archive holds neither NumPy arrays nor torch tensors",
                         .where = archive_.file().name(),
                         .expected = "*.npy, as numpy.savez writes, or data.pkl, as "
                                     "torch.save does"});
        const std::string where = archive_.file().name() + ": " + entry->first;
        const pickle::Pickle saved(all_of(*archive_.open(*entry->second), largest_pickle), where);
        stem_ = stem;
        visit(saved.root(), {});
        if (out_.datasets.empty())
            throw Error(ErrorKind::bad_data,
                        {.what = "there are no tensors in it",
                         .where = archive_.file().name(),
                         .expected = "a tensor, or a list or dictionary of tensors",
                         .found = unknown_.empty() ? "none" : "an object of " + clean_text(unknown_),
                         .advice = unknown_.empty()
                                       ? ""
                                       : "Where this is a whole model, save its activations, or the "
                                         "model as TorchScript to extract them here"});
        if (!unknown_.empty())
            out_.warnings.push_back({"passed_over", "",
                                     "objects that are no tensors, such as one of " + clean_text(unknown_) +
                                         ", are passed over"});
        return std::move(out_);
    }

  private:
    void refuse_torchscript() const {
        const bool code = std::ranges::any_of(archive_.entries(), [&](const ZipEntry& entry) {
            return entry.name == prefix_ + "constants.pkl" || entry.name.starts_with(prefix_ + "code/");
        });
        if (code)
            throw Error(ErrorKind::bad_data, {.what = "this is a TorchScript model, not activations",
                                              .where = archive_.file().name(),
                                              .advice = "Extract its activations on images first"});
    }

    void visit(const Value& value, std::vector<std::string> parts) {
        task_.check();
        if (parts.size() > deepest_path || ++steps_ > most_steps)
            return;
        if (const Value* tensor = tensor_of(value)) {
            add(array_of(*tensor), std::move(parts));
        } else if (value.kind == Kind::dictionary) {
            for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
                std::vector<std::string> inner = parts;
                inner.push_back(key_of(*value.items[i]));
                visit(*value.items[i + 1], std::move(inner));
            }
        } else if (value.kind == Kind::list && !take_column(value, parts)) {
            for (std::size_t i = 0; i < value.items.size(); ++i) {
                std::vector<std::string> inner = parts;
                inner.push_back(std::to_string(i));
                visit(*value.items[i], std::move(inner));
            }
        } else if (value.kind == Kind::call && unknown_.empty()) {
            unknown_ = value.items[0]->text;
            if (unknown_.starts_with("numpy"))
                unknown_ += " (save arrays by numpy.savez, or as tensors)";
        }
    }

    static std::string key_of(const Value& key) {
        if (key.kind == Kind::text && !key.text.empty())
            return clean_text(key.text);
        return key.kind == Kind::integer ? std::to_string(key.integer) : "unnamed";
    }

    /// Looks through Parameter, which is a tensor too.
    static const Value* tensor_of(const Value& value) {
        if (is_call_of(value, "torch._utils _rebuild_tensor_v2"))
            return &value;
        if (is_call_of(value, "torch._utils _rebuild_parameter"))
            if (const auto* arguments = arguments_of(value, 1);
                arguments && is_call_of(*arguments->front(), "torch._utils _rebuild_tensor_v2"))
                return arguments->front();
        return nullptr;
    }

    Array array_of(const Value& tensor) const {
        Array array;
        const auto bad = [&](std::string why) {
            array.unreadable = std::move(why);
            return array;
        };
        const auto* arguments = arguments_of(tensor, 4);
        if (!arguments || (*arguments)[0]->kind != Kind::reference || (*arguments)[1]->kind != Kind::integer)
            return bad("is described in a way this program does not know");
        const auto shape = sizes_of(*(*arguments)[2]);
        const auto strides = sizes_of(*(*arguments)[3]);
        if (!shape || !strides || shape->size() != strides->size() || (*arguments)[1]->integer < 0)
            return bad("has sizes that are none");
        array.shape = *shape;
        array.strides = *strides;
        // ("storage", its type, its name in the archive, the device, its length)
        const Value& id = *(*arguments)[0]->items[0];
        if (id.kind != Kind::list || id.items.size() < 3 || id.items[1]->kind != Kind::global ||
            id.items[2]->kind != Kind::text)
            return bad("is described in a way this program does not know");
        const auto type = storage_type(id.items[1]->text);
        if (!type)
            return bad("holds numbers of a type this program lacks (" + clean_text(id.items[1]->text) + ")");
        array.type = {.number = *type, .big_endian = big_endian_};
        const auto entry = entry_of_.find(prefix_ + "data/" + id.items[2]->text);
        if (entry == entry_of_.end())
            return bad("has no bytes in the archive: " + clean_text(id.items[2]->text) + " is missing");
        try {
            const Bytes storage = archive_.open(*entry->second);
            const auto offset = static_cast<std::uint64_t>((*arguments)[1]->integer);
            if (offset > storage->size() / bytes_of(*type))
                return bad("begins behind the end of its bytes");
            const std::uint64_t first = offset * bytes_of(*type);
            array.bytes = part_of(storage, first, storage->size() - first, storage->name());
        } catch (const Error& error) {
            return bad("can't be read: " + std::string(error.what()));
        }
        check(array);
        return array;
    }

    void add(Array array, std::vector<std::string> parts) {
        if (out_.datasets.size() == most_datasets)
            return;
        if (parts.empty())
            parts.push_back(stem_);
        out_.datasets.push_back(foreign_dataset(std::move(array), std::move(parts)));
    }

    /// A list of texts or whole numbers under a name: ids or labels.
    bool take_column(const Value& list, const std::vector<std::string>& parts) {
        if (parts.empty() || list.items.empty() || out_.datasets.size() == most_datasets)
            return false;
        const Kind kind = list.items.front()->kind;
        if ((kind != Kind::text && kind != Kind::integer) ||
            !std::ranges::all_of(list.items, [&](const Value* item) { return item->kind == kind; }))
            return false;
        std::vector<std::string> texts;
        std::vector<std::int64_t> integers;
        for (const Value* item : list.items) {
            texts.push_back(kind == Kind::text ? clean_text(item->text) : std::to_string(item->integer));
            integers.push_back(item->integer);
        }
        ForeignDataset column{.parts = parts, .shape = {texts.size()}};
        column.kind = kind == Kind::text ? ForeignDataset::Kind::texts : ForeignDataset::Kind::integers;
        column.texts = [texts = std::move(texts)] { return texts; };
        column.integers = [integers = std::move(integers)] { return integers; };
        out_.datasets.push_back(std::move(column));
        return true;
    }

    ZipArchive archive_;
    const Task& task_;
    std::map<std::string, const ZipEntry*> entry_of_;
    std::string prefix_;
    std::string stem_;
    bool big_endian_ = false;
    ArrayFile out_;
    std::string unknown_;
    std::size_t steps_ = 0;
};

} // namespace

ArrayFile read_torch(const Bytes& bytes, const std::string& stem, const Task& task) {
    return TorchFile(bytes, task).read(stem);
}

} // namespace stratoscope::storage
