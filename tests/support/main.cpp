// A test fails when it logs an error that it did not ask for.
#include "core/base/log.h"

#include <gtest/gtest.h>

int main(int argc, char** argv)
{
    ::testing::InitGoogleTest(&argc, argv);
    sy::setStderrLevel(sy::LogLevel::Warning);
    sy::addLogSink([](const sy::LogLine& line) {
        if (line.level == sy::LogLevel::Error)
            ADD_FAILURE() << "unexpected error line: " << line.area << ": " << line.text;
    });
    return RUN_ALL_TESTS();
}
