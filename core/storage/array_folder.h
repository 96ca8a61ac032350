// Whether a folder is one of activations or one of pictures: both may be dropped onto the window.
#pragma once

#include <filesystem>

namespace stratoscope::storage {

/// Among the first few thousand entries, three levels deep, there is a file whose name ends as arrays' do.
[[nodiscard]] bool holds_arrays(const std::filesystem::path& folder);

} // namespace stratoscope::storage
