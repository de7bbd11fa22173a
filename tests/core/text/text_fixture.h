// A home of its own for each test, files in it, and small corpora made of invented words.
#pragma once

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/random.h"
#include "core/text/import.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace sy::test {

class TextTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        m_folder = fs::temp_directory_path() / ("sy-text-" + newUlid());
        fs::create_directories(m_folder / "source");
        ::setenv("SWITCHYARD_HOME", (m_folder / "home").c_str(), 1);
    }
    void TearDown() override
    {
        ::unsetenv("SWITCHYARD_HOME");
        fs::remove_all(m_folder);
    }

    fs::path source() const { return m_folder / "source"; }
    fs::path home() const { return m_folder / "home"; }

    void put(const std::string& path, const std::string& content) const
    {
        fs::create_directories((source() / path).parent_path());
        writeFileAtomically(source() / path, content);
    }

    ImportRequest request(const std::string& name = "small") const
    {
        ImportRequest result;
        result.source = source();
        result.name = name;
        return result;
    }

private:
    fs::path m_folder;
};

/// `lines` different lines of three to twelve invented words of 3 to 8 of the given letters.
inline std::string inventedText(int64_t lines, uint64_t seed, const std::u32string& letters)
{
    const auto utf8 = [](char32_t c) {
        std::string bytes;
        if (c < 0x80) return std::string(1, static_cast<char>(c));
        if (c < 0x800)
            bytes += static_cast<char>(0xc0 | (c >> 6));
        else
            bytes += {static_cast<char>(0xe0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 63))};
        return bytes + static_cast<char>(0x80 | (c & 63));
    };
    const RandomStream random = randomStream(seed, 0, siteId("invented text"));
    const auto word = [&](uint64_t number) {
        const RandomStream draws = random.child(number);
        std::string text;
        for (uint64_t i = 0; i < 3 + draws.below(0, 6); ++i) text += utf8(letters[draws.below(i + 1, letters.size())]);
        return text;
    };
    std::string text;
    uint64_t draw = 0;
    for (int64_t line = 0; line < lines; ++line) {
        const uint64_t words = 3 + random.below(draw++, 10);
        for (uint64_t i = 0; i < words; ++i) text += (i ? " " : "") + word(random.below(draw++, 400));
        text += " " + std::to_string(line) + "\n";
    }
    return text;
}

inline const std::u32string latin = U"abcdefghijklmnopqrstuvwxyzäöüß";
inline const std::u32string greek = U"αβγδεζηθικλμνξοπρστυφχψως";
inline const std::u32string cyrillic = U"абвгдежзийклмнопрстуфхцчшщъыьэюя";

/// The message of the DataError that `body` throws; fails the test when it throws none.
template <class Body> std::string dataError(Body&& body)
{
    try {
        body();
    } catch (const DataError& error) {
        return error.what();
    }
    ADD_FAILURE() << "expected a DataError";
    return "";
}

#define EXPECT_HAS(text, part) EXPECT_NE(std::string(text).find(part), std::string::npos) << text

} // namespace sy::test
