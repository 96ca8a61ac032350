#include "core/base/error.h"
#include "core/engine/device_pass.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace stratoscope::engine {
namespace {

TEST(DevicePass, TheProcessorsAreAlwaysThere) {
    EXPECT_TRUE(is_own_engine("cpu"));
    EXPECT_FALSE(is_own_engine("torch:cpu"));
    EXPECT_NO_THROW(check_device("cpu"));
    const std::vector<std::string> all = devices();
    EXPECT_EQ(all.front(), "cpu");
}

TEST(DevicePass, AnAbsentDeviceIsRefusedWithWhatThereIs) {
    for (const char* name : {"cuda:77", "tpu", ""})
        try {
            check_device(name);
            FAIL() << name << " was taken";
        } catch (const Error& error) {
            EXPECT_EQ(error.exit_code(), 69);
            EXPECT_NE(error.parts().expected.find("cpu"), std::string::npos);
        }
}

} // namespace
} // namespace stratoscope::engine
