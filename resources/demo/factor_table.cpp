#include "resources/demo/factor_table.h"

#include "core/base/error.h"

#include <fstream>

namespace stratoscope::demo {

void write_factor_table(const std::filesystem::path& path, const std::vector<std::string>& ids,
                        const std::vector<Scene>& scenes) {
    std::ofstream file(path);
    file.precision(5);
    file << "id";
    for (const auto& [name, value] : factors_of(Scene{}))
        file << ',' << name;
    file << '\n';
    for (std::size_t i = 0; i < scenes.size(); ++i) {
        file << ids.at(i);
        for (const auto& [name, value] : factors_of(scenes[i])) {
            file << ',';
            if (name == "shape")
                file << name_of(scenes[i].shape);
            else if (name == "texture")
                file << name_of(scenes[i].texture);
            else if (name == "background")
                file << name_of(scenes[i].background);
            else
                file << value;
        }
        file << '\n';
    }
    if (!file.flush())
        throw Error(ErrorKind::cannot_write,
                    {.what = "the table of factors could not be written", .where = path.string()});
}

} // namespace stratoscope::demo
