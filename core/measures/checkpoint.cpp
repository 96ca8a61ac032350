#include "core/measures/checkpoint.h"

#include "core/base/error.h"
#include "core/engine/device_pass.h"
#include "core/engine/pass_state.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace stratoscope::measures {
namespace {

using Bytes = std::span<const std::byte>;

// Numbers are written as they lie in memory: a checkpoint is for the machine that made it.
constexpr std::string_view magic = "stratoscope-checkpoint 2\n";

struct PassHeader {
    std::uint64_t facts = 0; // bytes
    std::uint64_t state = 0; // bytes
    std::uint64_t checksum = 0;
};

Bytes bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

[[noreturn]] void refuse(const std::string& name, const char* what, const char* found) {
    throw Error(ErrorKind::bad_data, {.what = what,
                                      .where = name,
                                      .found = found,
                                      .advice = "remove the file to begin anew, or name another"});
}

std::string text_of(const std::vector<std::pair<std::string, std::string>>& facts) {
    std::string text;
    for (const auto& [name, value] : facts) {
        text.append(name);
        text.append(" = ");
        text.append(value);
        text.push_back('\n');
    }
    return text;
}

std::string next_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return line.empty() ? "nothing more" : line;
}

// The first line that differs.
std::pair<std::string, std::string> difference(std::string_view asked, std::string_view kept) {
    while (true) {
        std::pair lines(next_line(asked), next_line(kept));
        if (lines.first != lines.second || (asked.empty() && kept.empty()))
            return lines;
    }
}

} // namespace

bool Checkpoint::can_begin_with(std::string_view bytes) noexcept {
    static_assert(magic.size() <= telling_bytes);
    return bytes.starts_with(magic);
}

Checkpoint::Checkpoint(Place place, std::chrono::milliseconds every)
    : place_(std::move(place)), every_(every), next_(std::chrono::steady_clock::now() + every) {
    std::string_view rest = place_.bytes;
    if (rest.empty()) { // tells at once, and not after an hour, that the place can't be written to
        const Bytes begin = bytes_of(magic);
        place_.write(std::span(&begin, 1));
        return;
    }
    if (!can_begin_with(rest)) {
        const bool other = rest.starts_with(magic.substr(0, magic.find(' ')));
        refuse(place_.name, "the file is not a checkpoint that this program can read",
               other ? "a checkpoint of another version" : "something else");
    }
    rest.remove_prefix(magic.size());
    while (!rest.empty()) {
        PassHeader header;
        if (rest.size() < sizeof(header))
            refuse(place_.name, "the checkpoint is damaged", "it ends within a header");
        std::memcpy(&header, rest.data(), sizeof(header));
        rest.remove_prefix(sizeof(header));
        if (header.facts > rest.size() || header.state > rest.size() - header.facts)
            refuse(place_.name, "the checkpoint is damaged", "it ends too early");
        const std::string_view facts = rest.substr(0, header.facts);
        const std::string_view state = rest.substr(header.facts, header.state);
        engine::Checksum checksum;
        checksum.add(bytes_of(facts));
        checksum.add(bytes_of(state));
        if (checksum.value() != header.checksum)
            refuse(place_.name, "the checkpoint is damaged", "its checksum is another");
        passes_.push_back({std::string(facts), std::string(state)});
        rest.remove_prefix(header.facts + header.state);
    }
    place_.bytes = {};
}

engine::PassSums Checkpoint::begun(std::size_t pass, const engine::PassPlan& plan,
                                   const std::string& computed_on) {
    current_ = pass;
    auto told = engine::facts_of(plan);
    told.emplace(told.begin(), "computed on", computed_on); // much else follows from it, in the last bits
    const std::string facts = text_of(told);
    if (pass >= passes_.size()) {
        passes_.resize(pass + 1);
        passes_[pass].facts = facts;
        return {};
    }
    if (passes_[pass].facts != facts) {
        const auto [asked, kept] = difference(facts, passes_[pass].facts);
        std::string advice = "ask as before to go on, or name another file (--checkpoint) to begin anew";
        if (!engine::is_own_engine(computed_on) && asked.find("kernels") != std::string::npos)
            advice += "; if you do ask as before, the device's memory was full in one of the two runs, which "
                      "changes the kernels' units and ranks: go on with as much of it free as then";
        throw Error(ErrorKind::usage, {.what = "the checkpoint is of another comparison",
                                       .where = place_.name,
                                       .expected = asked,
                                       .found = kept,
                                       .advice = advice});
    }
    if (passes_[pass].state.empty())
        return {};
    engine::PassSums sums = engine::sums_from(plan, bytes_of(passes_[pass].state));
    if (sums.done < sums.images)
        passes_[pass].state = {}; // `sums` are to be kept from now on; of a finished pass none will be
    return sums;
}

void Checkpoint::keep(const engine::PassSums& sums, bool at_once) {
    const auto start = std::chrono::steady_clock::now();
    const bool finished = sums.done == sums.images;
    if (!at_once && !finished && start < next_)
        return;
    std::vector<Bytes> parts{bytes_of(magic)};
    std::vector<PassHeader> headers(current_ + 1);
    for (std::size_t pass = 0; pass <= current_; ++pass) {
        const Pass& one = passes_[pass];
        const std::vector<Bytes> state =
            pass < current_ ? std::vector<Bytes>{bytes_of(one.state)} : engine::state_of(sums);
        PassHeader& header = headers[pass];
        header.facts = one.facts.size();
        engine::Checksum checksum;
        checksum.add(bytes_of(one.facts));
        for (const Bytes part : state) {
            header.state += part.size();
            checksum.add(part);
        }
        header.checksum = checksum.value();
        parts.push_back(std::as_bytes(std::span(&header, 1)));
        parts.push_back(bytes_of(one.facts));
        parts.insert(parts.end(), state.begin(), state.end());
    }
    place_.write(parts);
    if (finished) { // for the passes that follow
        passes_[current_].state.clear();
        for (const Bytes part : engine::state_of(sums))
            passes_[current_].state.append(reinterpret_cast<const char*>(part.data()), part.size());
    }
    const auto end = std::chrono::steady_clock::now();
    next_ = end;
    if (every_ > every_.zero())
        next_ += std::max<std::chrono::steady_clock::duration>(every_, 20 * (end - start));
}

} // namespace stratoscope::measures
