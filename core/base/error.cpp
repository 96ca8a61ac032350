#include "core/base/error.h"

namespace stratoscope {
namespace {

std::string compose(const ErrorParts& parts) {
    std::string text = parts.where.empty() ? parts.what : parts.where + ": " + parts.what;
    if (!parts.expected.empty())
        text += "; expected " + parts.expected;
    if (!parts.found.empty())
        text += "; found " + parts.found;
    if (!parts.advice.empty()) {
        text += ". " + parts.advice;
        char& first = text[text.size() - parts.advice.size()]; // begins a sentence
        if (first >= 'a' && first <= 'z')
            first = static_cast<char>(first - 'a' + 'A');
    }
    return text;
}

} // namespace

Error::Error(ErrorKind kind, ErrorParts parts)
    : std::runtime_error(compose(parts)), kind_(kind), parts_(std::move(parts)) {}

} // namespace stratoscope
