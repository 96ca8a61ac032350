#include "core/base/error.h"
#include "core/storage/byte_source_internal.h"
#include "core/storage/pickle_internal.h"

#include <array>
#include <map>
#include <string_view>

namespace stratoscope::storage::pickle {

namespace {

constexpr std::size_t most_values = std::size_t{1} << 22;

// Operations by their byte; the names are pickletools'.
enum Operation : unsigned char {
    mark = '(',
    stop = '.',
    pop = '0',
    pop_mark = '1',
    binfloat = 'G',
    binint = 'J',
    binint1 = 'K',
    binint2 = 'M',
    none = 'N',
    binpersid = 'Q',
    reduce = 'R',
    binunicode = 'X',
    append = 'a',
    build = 'b',
    global = 'c',
    dict = 'd',
    appends = 'e',
    binget = 'h',
    long_binget = 'j',
    list = 'l',
    empty_list = ']',
    binput = 'q',
    long_binput = 'r',
    setitem = 's',
    tuple = 't',
    empty_tuple = ')',
    setitems = 'u',
    empty_dict = '}',
    binbytes = 'B',
    short_binbytes = 'C',
    proto = 0x80,
    newobj = 0x81,
    tuple1 = 0x85,
    tuple2 = 0x86,
    tuple3 = 0x87,
    newtrue = 0x88,
    newfalse = 0x89,
    long1 = 0x8a,
    short_binunicode = 0x8c,
    binunicode8 = 0x8d,
    empty_set = 0x8f,
    additems = 0x90,
    stack_global = 0x93,
    memoize = 0x94,
    frame = 0x95,
};

} // namespace

class Machine {
  public:
    Machine(Pickle& out, std::string_view rest, const std::string& where)
        : out_(out), total_(rest.size()), rest_(rest), where_(where) {}

    void run() {
        while (step())
            ;
    }

  private:
    using Kind = Value::Kind;

    [[noreturn]] void fail(const std::string& found) const {
        throw Error(ErrorKind::bad_data,
                    {.what = "what torch.save wrote can't be understood",
                     .where = where_ + ", byte " + std::to_string(total_ - rest_.size()),
                     .expected = "tensors, or lists or dictionaries of them",
                     .found = found,
                     .advice = "Save the tensors themselves: torch.save({\"layer1\": tensor, …}, path)"});
    }

    std::string_view take(std::size_t count) {
        if (count > rest_.size())
            fail("the end of the file");
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }

    std::uint64_t number(std::size_t bytes) { return little_endian(std::as_bytes(std::span(take(bytes)))); }

    std::string line() {
        const std::size_t end = rest_.find('\n');
        if (end == std::string_view::npos)
            fail("a name without an end");
        std::string text(take(end));
        take(1);
        return text;
    }

    Value& make(Kind kind) {
        if (out_.values_.size() == most_values)
            fail("more values than a file of activations has");
        out_.values_.push_back({.kind = kind});
        return out_.values_.back();
    }
    void push(Value& value) { stack_.push_back(&value); }
    void push_integer(std::int64_t value, Kind kind = Kind::integer) {
        Value& made = make(kind);
        made.integer = value;
        push(made);
    }
    void push_text(std::string_view text, Kind kind = Kind::text) {
        Value& made = make(kind);
        made.text = text;
        push(made);
    }

    /// Never below the last mark: that belongs to whoever set it.
    Value* popped() {
        if (stack_.size() <= (marks_.empty() ? 0 : marks_.back()))
            fail("an operation without its values");
        Value* value = stack_.back();
        stack_.pop_back();
        return value;
    }
    Value& top(Kind kind) {
        if (stack_.size() <= (marks_.empty() ? 0 : marks_.back()) || stack_.back()->kind != kind)
            fail("an operation on a value of another kind");
        return *stack_.back();
    }
    std::vector<const Value*> since_mark() {
        if (marks_.empty())
            fail("an operation without its mark");
        std::vector<const Value*> values(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()),
                                         stack_.end());
        stack_.resize(marks_.back());
        marks_.pop_back();
        return values;
    }
    void extend(Value& value, const std::vector<const Value*>& items) {
        items_ += items.size();
        if (items_ > most_values)
            fail("more values than a file of activations has");
        value.items.insert(value.items.end(), items.begin(), items.end());
    }
    void push_list(const std::vector<const Value*>& items, Kind kind = Kind::list) {
        Value& made = make(kind);
        extend(made, items);
        push(made);
    }
    void push_tuple(std::size_t count) {
        std::vector<const Value*> items(count);
        for (std::size_t i = count; i-- > 0;)
            items[i] = popped();
        push_list(items);
    }

    void get(std::uint64_t key) {
        const auto at = memo_.find(key);
        if (at == memo_.end())
            fail("a value that was not saved before");
        stack_.push_back(at->second);
    }
    void put(std::uint64_t key) {
        if (stack_.empty())
            fail("an operation without its values");
        memo_[key] = stack_.back();
    }

    void call() {
        const Value* arguments = popped();
        const Value* callee = popped();
        // An OrderedDict is filled like a plain dictionary afterwards.
        if (callee->kind == Kind::global && callee->text == "collections OrderedDict")
            push_list({}, Kind::dictionary);
        else
            push_list({callee, arguments}, Kind::call);
    }

    /// A call's result may be filled further: what for is not ours to know.
    void fill(Kind kind, const std::vector<const Value*>& items) {
        if (!stack_.empty() && stack_.back()->kind == Kind::call)
            return;
        if (kind == Kind::dictionary && items.size() % 2 != 0)
            fail("a key without a value");
        extend(top(kind), items);
    }

    bool step();

    Pickle& out_;
    std::size_t total_;
    std::string_view rest_;
    const std::string& where_;
    std::vector<Value*> stack_;
    std::vector<std::size_t> marks_;
    std::map<std::uint64_t, Value*> memo_;
    std::size_t items_ = 0;
};

bool Machine::step() {
    const auto operation = static_cast<unsigned char>(take(1).front());
    switch (operation) {
    case proto:
        if (number(1) > 5)
            fail("a newer version of the pickle format");
        return true;
    case frame:
        take(8);
        return true;
    case stop:
        out_.root_ = popped();
        return false;
    case mark:
        if (marks_.size() > most_values)
            fail("more marks than values");
        marks_.push_back(stack_.size());
        return true;
    case pop:
        popped();
        return true;
    case pop_mark:
        since_mark();
        return true;
    case none:
        push(make(Kind::none));
        return true;
    case newtrue:
    case newfalse:
        push_integer(operation == newtrue ? 1 : 0, Kind::boolean);
        return true;
    case binint:
        push_integer(static_cast<std::int32_t>(number(4)));
        return true;
    case binint1:
        push_integer(static_cast<std::int64_t>(number(1)));
        return true;
    case binint2:
        push_integer(static_cast<std::int64_t>(number(2)));
        return true;
    case long1: {
        const auto count = static_cast<std::size_t>(number(1));
        if (count > 8)
            fail("a whole number of more than 64 bits");
        std::uint64_t value = number(count);
        if (count > 0 && count < 8 && (value >> (8 * count - 1) & 1U) != 0)
            value |= ~std::uint64_t{0} << (8 * count); // the sign
        push_integer(static_cast<std::int64_t>(value));
        return true;
    }
    case binfloat:
        take(8);
        push(make(Kind::real));
        return true;
    case short_binunicode:
        push_text(take(static_cast<std::size_t>(number(1))));
        return true;
    case binunicode:
        push_text(take(static_cast<std::size_t>(number(4))));
        return true;
    case binunicode8:
        push_text(take(static_cast<std::size_t>(number(8))));
        return true;
    case short_binbytes:
        take(static_cast<std::size_t>(number(1)));
        push(make(Kind::bytes));
        return true;
    case binbytes:
        take(static_cast<std::size_t>(number(4)));
        push(make(Kind::bytes));
        return true;
    case global: {
        std::string name = line();
        name += " " + line();
        push_text(name, Kind::global);
        return true;
    }
    case stack_global: {
        const Value* name = popped();
        const Value* module = popped();
        push_text(module->text + " " + name->text, Kind::global);
        return true;
    }
    case binpersid:
        push_list({popped()}, Kind::reference);
        return true;
    case reduce:
    case newobj:
        call();
        return true;
    case build: { // sets what the object's class makes of it: attributes, which no tensor has
        popped();
        if (stack_.empty())
            fail("an operation without its values");
        return true;
    }
    case empty_tuple:
    case empty_list:
    case empty_set:
        push_list({});
        return true;
    case empty_dict:
        push_list({}, Kind::dictionary);
        return true;
    case tuple:
    case list:
        push_list(since_mark());
        return true;
    case dict: {
        std::vector<const Value*> items = since_mark();
        if (items.size() % 2 != 0)
            fail("a key without a value");
        push_list(items, Kind::dictionary);
        return true;
    }
    case tuple1:
    case tuple2:
    case tuple3:
        push_tuple(operation - tuple1 + 1U);
        return true;
    case append: {
        const Value* item = popped();
        fill(Kind::list, {item});
        return true;
    }
    case appends:
    case additems: {
        const std::vector<const Value*> items = since_mark();
        fill(Kind::list, items);
        return true;
    }
    case setitem: {
        const Value* value = popped();
        const Value* key = popped();
        fill(Kind::dictionary, {key, value});
        return true;
    }
    case setitems: {
        const std::vector<const Value*> items = since_mark();
        fill(Kind::dictionary, items);
        return true;
    }
    case binget:
        get(number(1));
        return true;
    case long_binget:
        get(number(4));
        return true;
    case binput:
        put(number(1));
        return true;
    case long_binput:
        put(number(4));
        return true;
    case memoize:
        put(memo_.size());
        return true;
    default:
        fail("operation " + std::to_string(operation) + ", which torch.save does not write for tensors");
    }
}

Pickle::Pickle(const std::string& bytes, const std::string& where) {
    Machine(*this, bytes, where).run();
}

} // namespace stratoscope::storage::pickle
