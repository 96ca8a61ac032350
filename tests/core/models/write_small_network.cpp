// write_small_network FILE: a model for tests that run the programs.
#include "tests/core/models/made_models.h"

int main(int count, char** arguments) {
    if (count != 2)
        return 64;
    stratoscope::support::write_small_network(arguments[1], 32);
    return 0;
}
