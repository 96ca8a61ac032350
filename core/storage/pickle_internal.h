// Reads the part of Python's pickle format that torch.save writes for tensors, lists and dictionaries, as
// values that name what was saved. Nothing is ever called, imported or executed: what would be is kept as a
// name (python/cpython Lib/pickletools.py describes the operations).
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace stratoscope::storage::pickle {

struct Value {
    enum class Kind {
        none,
        boolean, ///< integer
        integer,
        real, ///< known to be there, its value is not kept
        text,
        bytes,      ///< known to be there, not kept
        list,       ///< items; tuples and sets too
        dictionary, ///< items: key, value, key, value, …
        global,     ///< text: "torch._utils _rebuild_tensor_v2"
        call,       ///< items: the global, then its arguments (one list)
        reference   ///< items: one, the persistent id
    };
    Kind kind = Kind::none;
    std::int64_t integer = 0;
    std::string text = {};
    std::vector<const Value*> items = {}; ///< owned by the Pickle; may lead in circles
};

class Pickle {
  public:
    /// where names the source in messages. Throws Error(bad_data): cut short, damaged, an operation
    /// torch.save does not write, or more values than a file of activations has.
    Pickle(const std::string& bytes, const std::string& where);

    [[nodiscard]] const Value& root() const noexcept { return *root_; }

  private:
    friend class Machine;
    std::deque<Value> values_;
    const Value* root_ = nullptr;
};

} // namespace stratoscope::storage::pickle
