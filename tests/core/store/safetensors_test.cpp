#include "core/base/error.h"
#include "core/base/random.h"
#include "core/store/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

using namespace sy;

namespace {

class Safetensors : public ::testing::Test {
protected:
    fs::path folder = fs::temp_directory_path() / ("sy-safetensors-" + newUlid());
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    fs::path file(const std::string& bytes, const std::string& name = "model.safetensors") const
    {
        writeFileAtomically(folder / name, bytes);
        return folder / name;
    }

    static std::string withLength(uint64_t length, const std::string& rest)
    {
        std::string bytes(8, '\0');
        std::memcpy(bytes.data(), &length, 8);
        return bytes + rest;
    }
    static std::string withHeader(const std::string& header, const std::string& data = "")
    {
        return withLength(header.size(), header + data);
    }

    /// The file must be refused in a message that names it and holds `words`.
    void refuses(const std::string& bytes, const std::string& words) const
    {
        const auto path = file(bytes, "hostile.safetensors");
        try {
            SafetensorsFile read(path);
            ADD_FAILURE() << "accepted; expected: " << words;
        } catch (const StoreError& error) {
            const std::string text = error.what();
            EXPECT_NE(text.find("hostile.safetensors"), std::string::npos) << text;
            EXPECT_NE(text.find(words), std::string::npos) << text << "\nexpected: " << words;
        }
    }
    void refusesHeader(const std::string& header, size_t data_bytes, const std::string& words) const
    {
        refuses(withHeader(header, std::string(data_bytes, 'x')), words);
    }
};

std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets)
{
    return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

TensorSource source(const std::string& name, TensorType type, std::vector<int64_t> shape, const std::string& bytes)
{
    return {name, type, std::move(shape), [bytes](std::ostream& out) { out << bytes; }};
}

std::string text(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

TEST_F(Safetensors, readsAFileMadeByHand)
{
    const SafetensorsFile read(
        file(withHeader(R"({"__metadata__":{"format":"pt"},"b":)" + entry("I16", "[2,1]", "[4,8]") + R"(,"a":)" +
                            entry("F32", "[]", "[0,4]") + "}   ",
                        "abcdEFGH")));
    ASSERT_EQ(read.tensors().size(), 2u);
    EXPECT_EQ(read.tensors()[0].name, "b");
    EXPECT_EQ(read.tensors()[0].type, TensorType::I16);
    EXPECT_EQ(read.tensors()[0].shape, (std::vector<int64_t>{2, 1}));
    EXPECT_EQ(text(read.bytes(read.tensors()[0])), "EFGH");
    ASSERT_NE(read.find("a"), nullptr);
    EXPECT_TRUE(read.find("a")->shape.empty());
    EXPECT_EQ(text(read.bytes(*read.find("a"))), "abcd");
    EXPECT_EQ(read.find("c"), nullptr);
    EXPECT_EQ(read.metadata().at("format"), "pt");
}

TEST_F(Safetensors, anEmptyFileOfNoTensorsIsFine)
{
    EXPECT_TRUE(SafetensorsFile(file(withHeader("{}"))).tensors().empty());
    writeSafetensors(folder / "none", {});
    EXPECT_TRUE(SafetensorsFile(folder / "none").tensors().empty());
}

TEST_F(Safetensors, everyTypeComesBackAsWritten)
{
    const auto path = folder / "all";
    std::vector<TensorSource> sources;
    for (const auto type : {TensorType::Bool, TensorType::U8, TensorType::I8, TensorType::I16, TensorType::BF16,
                            TensorType::F16, TensorType::I32, TensorType::F32, TensorType::I64, TensorType::F64}) {
        const auto name = std::string(tensorTypeName(type));
        sources.push_back(source(name, type, {3}, std::string(3 * tensorTypeBytes(type), name[0])));
    }
    sources.push_back(source("no elements", TensorType::F32, {2, 0}, ""));
    writeSafetensors(path, sources, {{"step", "7"}});
    const SafetensorsFile read(path);
    ASSERT_EQ(read.tensors().size(), sources.size());
    for (size_t i = 0; i < sources.size(); ++i) {
        const auto& got = read.tensors()[i];
        EXPECT_EQ(got.name, sources[i].name);
        EXPECT_EQ(got.type, sources[i].type);
        EXPECT_EQ(got.shape, sources[i].shape);
        const size_t bytes = got.name == "no elements" ? 0 : 3 * tensorTypeBytes(got.type);
        EXPECT_EQ(text(read.bytes(got)), std::string(bytes, got.name[0]));
        EXPECT_EQ(reinterpret_cast<uintptr_t>(read.bytes(got).data()) % tensorTypeBytes(got.type), 0u) << got.name;
    }
    EXPECT_EQ(read.metadata().at("step"), "7");
}

TEST_F(Safetensors, equalInputGivesEqualFiles)
{
    const std::vector<TensorSource> sources = {source("x", TensorType::U8, {3}, "abc"),
                                               source("y", TensorType::F32, {1}, "1234")};
    writeSafetensors(folder / "one", sources, {{"a", "1"}, {"b", "2"}});
    writeSafetensors(folder / "two", sources, {{"b", "2"}, {"a", "1"}});
    EXPECT_EQ(readFile(folder / "one"), readFile(folder / "two"));
}

TEST_F(Safetensors, writerRefusesAndLeavesNothingBehind)
{
    const auto path = folder / "model";
    const auto refused = [&](const std::vector<TensorSource>& sources, const std::string& words) {
        try {
            writeSafetensors(path, sources);
            ADD_FAILURE() << "written; expected: " << words;
        } catch (const StoreError& error) {
            EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
        }
        EXPECT_TRUE(fs::is_empty(folder)) << words;
    };
    const auto good = source("x", TensorType::U8, {3}, "abc");
    refused({good, good}, "given twice");
    refused({source("__metadata__", TensorType::U8, {3}, "abc")}, "reserved");
    refused({good, source("y", TensorType::F32, {3}, "only eight")},
            "its source gave 10 bytes, its dtype and shape need 12");
    refused({source("y", TensorType::F32, {int64_t(1) << 40, int64_t(1) << 40}, "")}, "overflows");
    refused({source("y", TensorType::F32, {-1}, "")}, "overflows");
    refused({source("\xff", TensorType::U8, {3}, "abc")}, "UTF-8");
}

TEST_F(Safetensors, refusesWhatIsNoSafetensorsFile)
{
    refuses("", "0 bytes, at least 8");
    refuses("short", "5 bytes, at least 8");
    refuses(withLength(3, "{}"), "cut short: it claims a header of 3 bytes, 2 follow");
    refuses(withLength(UINT64_MAX, "{}"), "claims a header of 18446744073709551615 bytes");
    refuses(withLength(100'000'001, "{}"), "at most 100000000");
    refuses("PK\x03\x04 a pickle in a zip archive", "claims a header");
    refuses(withHeader(""), "must start with {");
    refuses(withHeader(" {}"), "must start with {");
    refuses(withHeader("[]"), "must start with {");
    refuses(withHeader("{\"a\":"), "not valid JSON");
    refuses(withHeader("{} {}"), "not valid JSON");
    refuses(withHeader(std::string("{}\0 ignored", 11)), "holds a zero byte");
    refuses(withHeader("{\"\xff\":1}"), "not valid JSON");
    EXPECT_THROW(SafetensorsFile(folder / "missing"), Error);
    EXPECT_THROW(SafetensorsFile{folder}, Error);
}

TEST_F(Safetensors, refusesDeepNestingWithoutRecursion)
{
    refuses(withHeader("{\"a\":" + std::string(1'000'000, '[')), "its entry must be an object");
    std::string deep = "{\"a\":";
    for (int i = 0; i < 100'000; ++i) deep += "{\"dtype\":";
    refuses(withHeader(deep), "nest");
    refuses(withHeader(R"({"a":{"shape":[[1]]}})"), "shape must be an array of whole numbers");
    refuses(withHeader(R"({"a":{"shape":[{}]}})"), "nest");
    refuses(withHeader(R"({"__metadata__":{"a":{"b":"c"}}})"), "nest");
}

TEST_F(Safetensors, refusesBrokenEntries)
{
    const auto good = entry("U8", "[4]", "[0,4]");
    refusesHeader(R"({"a":)" + good + R"(,"a":)" + good + "}", 4, "tensor \"a\": appears twice");
    refusesHeader(R"({"a":3})", 0, "its entry must be an object, it is 3");
    refusesHeader(R"({"a":null})", 0, "it is null");
    refusesHeader(R"({"a":{}})", 0, "tensor \"a\": has no dtype");
    refusesHeader(R"({"a":{"dtype":"U8","shape":[4]}})", 4, "has no data_offsets");
    refusesHeader(R"({"a":{"dtype":"U8","data_offsets":[0,4]}})", 4, "has no shape");
    refusesHeader(R"({"a":{"dtype":"U8","dtype":"I8","shape":[4],"data_offsets":[0,4]}})", 4,
                  "has the key \"dtype\" twice");
    refusesHeader(R"({"a":{"dtype":"U8","strides":[1],"shape":[4],"data_offsets":[0,4]}})", 4,
                  "unknown key \"strides\"");
    refusesHeader(R"({"a":)" + entry("F8_E4M3", "[4]", "[0,4]") + "}", 4, "dtype \"F8_E4M3\" is not supported");
    refusesHeader(R"({"a":{"dtype":8,"shape":[4],"data_offsets":[0,4]}})", 4, "dtype must be a string");
    refusesHeader(R"({"a":{"dtype":["U8"],"shape":[4],"data_offsets":[0,4]}})", 4, "dtype must be a string");
    refusesHeader(R"({"a":{"dtype":"U8","shape":4,"data_offsets":[0,4]}})", 4, "shape must be an array");
    refusesHeader(R"({"a":{"dtype":"U8","shape":"4","data_offsets":[0,4]}})", 4, "shape must be an array");
    refusesHeader(R"({"a":)" + entry("U8", "[-4]", "[0,4]") + "}", 4, "whole numbers from 0, it holds or is -4");
    refusesHeader(R"({"a":)" + entry("U8", "[4.0]", "[0,4]") + "}", 4, "holds or is 4.0");
    refusesHeader(R"({"a":)" + entry("U8", "[true]", "[0,4]") + "}", 4, "a boolean");
    refusesHeader(R"({"a":)" + entry("U8", "[4]", "[0]") + "}", 4, "must hold two numbers");
    refusesHeader(R"({"a":)" + entry("U8", "[4]", "[0,4,4]") + "}", 4, "must hold two numbers");
    refusesHeader(R"({"a":)" + entry("U8", "[4]", "[0,18446744073709551616]") + "}", 4, "whole numbers");
    refusesHeader(R"({"__metadata__":{"a":1}})", 0, "metadata must be strings");
    refusesHeader(R"({"__metadata__":["a"]})", 0, "its entry must be an object");
    refusesHeader(R"({"__metadata__":{},"__metadata__":{}})", 0, "appears twice");
    std::string ones = "[1";
    for (int i = 0; i < 64; ++i) ones += ",1";
    refusesHeader(R"({"a":)" + entry("U8", ones + "]", "[0,1]") + "}", 1, "more than 64 dimensions");
}

TEST_F(Safetensors, refusesShapesAndOffsetsThatLie)
{
    refusesHeader(R"({"a":)" + entry("U8", "[9223372036854775808]", "[0,4]") + "}", 4, "a dimension overflows");
    refusesHeader(R"({"a":)" + entry("F32", "[4294967296,4294967296]", "[0,0]") + "}", 0,
                  "size of its shape overflows");
    refusesHeader(R"({"a":)" + entry("F32", "[0,4294967296,4294967296]", "[0,0]") + "}", 0,
                  "size of its shape overflows");
    refusesHeader(R"({"a":)" + entry("F64", "[2305843009213693952]", "[0,0]") + "}", 0, "size of its shape overflows");
    refusesHeader(R"({"a":)" + entry("F32", "[2]", "[0,4]") + "}", 4, "do not hold the 8 bytes");
    refusesHeader(R"({"a":)" + entry("U8", "[4]", "[0,5]") + "}", 5, "do not hold the 4 bytes");
    refusesHeader(R"({"a":)" + entry("U8", "[4]", "[4,0]") + "}", 4, "run backwards");
    refusesHeader(R"({"a":)" + entry("U8", "[4]", "[0,4]") + "}", 3, "end past the file's 3 bytes");
    refusesHeader(R"({"a":)" + entry("U8", "[1]", "[18446744073709551614,18446744073709551615]") + "}", 4, "end past");
    refusesHeader(R"({"a":)" + entry("U8", "[4]", "[0,4]") + R"(,"b":)" + entry("U8", "[4]", "[2,6]") + "}", 6,
                  "tensor \"b\": data_offsets [2, 6] overlap");
    refusesHeader(R"({"a":)" + entry("U8", "[4]", "[0,4]") + R"(,"b":)" + entry("U8", "[4]", "[0,4]") + "}", 4,
                  "overlap");
    refusesHeader(R"({"a":)" + entry("U8", "[4]", "[0,4]") + R"(,"b":)" + entry("U8", "[4]", "[5,9]") + "}", 9,
                  "tensor \"b\": data_offsets [5, 9] leave a gap");
    refusesHeader(R"({"a":)" + entry("U8", "[4]", "[1,5]") + "}", 5, "leave a gap");
    refusesHeader(R"({"a":)" + entry("U8", "[4]", "[0,4]") + "}", 6, "2 bytes at the end belong to no tensor");
}

TEST_F(Safetensors, absurdNamesDoNotFloodTheMessage)
{
    const auto path = file(withHeader("{\"" + std::string(50'000, 'n') + "\\u001b[2J\":3}"), "hostile.safetensors");
    try {
        SafetensorsFile read(path);
        FAIL();
    } catch (const StoreError& error) {
        EXPECT_LT(std::string(error.what()).size(), 500u);
    }
}

/// Any single changed, removed or added byte is refused, or leaves a file whose every entry lies inside it.
TEST_F(Safetensors, damagedFilesNeverReadOutside)
{
    writeSafetensors(
        folder / "good",
        {source("a", TensorType::F32, {2, 2}, std::string(16, 'a')), source("b", TensorType::U8, {3}, "bbb")},
        {{"format", "pt"}});
    const auto good = readFile(folder / "good");
    const RandomStream random{20};
    size_t refused = 0;
    for (uint64_t i = 0; i < 3000; ++i) {
        auto bytes = good;
        const auto at = static_cast<size_t>(random.below(3 * i, bytes.size()));
        if (i % 3 == 0) bytes[at] = static_cast<char>(random.word(3 * i + 1));
        if (i % 3 == 1) bytes.erase(at, 1 + random.below(3 * i + 1, 4));
        if (i % 3 == 2) bytes.insert(at, 1, static_cast<char>(random.word(3 * i + 1)));
        const auto path = folder / "damaged"; // new each time, not atomic: 3000 flushes to disk would take long
        fs::remove(path);
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
        try {
            const SafetensorsFile read(path);
            for (const auto& tensor : read.tensors()) {
                const auto span = read.bytes(tensor);
                ASSERT_LE(8 + tensor.end, bytes.size());
                EXPECT_EQ(text(span).size(), tensor.end - tensor.begin);
            }
        } catch (const StoreError&) {
            ++refused;
        }
    }
    EXPECT_GT(refused, 2000u);
}
