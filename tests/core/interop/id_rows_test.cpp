#include "core/base/error.h"
#include "core/interop/id_rows.h"

#include <gtest/gtest.h>

using namespace sy;

namespace {

class ForwardInputFile : public ::testing::Test {
protected:
    fs::path folder = fs::temp_directory_path() / ("sy-id-rows-" + newUlid());
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
    ForwardInput read(const std::string& text) const
    {
        writeFileAtomically(folder / "input.json", text);
        return readForwardInput(folder / "input.json", 10);
    }
    void refuses(const std::string& text, const std::string& words) const
    {
        try {
            read(text);
            ADD_FAILURE() << "accepted: " << text;
        } catch (const DataError& error) {
            EXPECT_NE(std::string(error.what()).find(words), std::string::npos)
                << error.what() << "\nexpected: " << words;
            EXPECT_NE(std::string(error.what()).find("input.json"), std::string::npos) << error.what();
        }
    }
};

} // namespace

TEST_F(ForwardInputFile, readsRowsAndIgnoresOtherKeys)
{
    const auto got = read(R"({"input_ids": [[1, 2, 9], [3, 0, 0]], "attention_mask": [[1, 1, 1], [1, 0, 0]],
                              "labels": [[4, 1], [5, -100]], "languages": ["en", "de"]})");
    EXPECT_EQ(got.input_ids.rows, 2);
    EXPECT_EQ(got.input_ids.length, 3);
    EXPECT_EQ(got.input_ids.ids, (std::vector<int64_t>{1, 2, 9, 3, 0, 0}));
    EXPECT_EQ(got.attention_mask.ids, (std::vector<int64_t>{1, 1, 1, 1, 0, 0}));
    EXPECT_EQ(got.labels.ids, (std::vector<int64_t>{4, 1, 5, -100}));
}

TEST_F(ForwardInputFile, withoutAMaskEveryTokenIsReal)
{
    EXPECT_EQ(read(R"({"input_ids": [[0, 2]], "labels": [[1]]})").attention_mask.ids, (std::vector<int64_t>{1, 1}));
}

TEST_F(ForwardInputFile, refusesNamingKeyRowAndRule)
{
    refuses("[", "must be a JSON object");
    refuses("[]", "must be a JSON object");
    refuses(R"({"labels": [[1]]})", "input_ids: is missing");
    refuses(R"({"input_ids": [[1]]})", "labels: is missing");
    refuses(R"({"input_ids": [], "labels": [[1]]})", "input_ids: must be a non-empty array");
    refuses(R"({"input_ids": [[]], "labels": [[1]]})", "input_ids: must be a non-empty array");
    refuses(R"({"input_ids": [1], "labels": [[1]]})", "input_ids: must be a non-empty array");
    refuses(R"({"input_ids": [[1, 2], [1]], "labels": [[1], [1]]})", "input_ids row 1: has 1 entries, row 0 has 2");
    refuses(R"({"input_ids": [[1], 2], "labels": [[1], [1]]})", "input_ids row 1: must be an array");
    refuses(R"({"input_ids": [[1, 10]], "labels": [[1]]})",
            "input_ids row 0 position 1: must be a whole number in [0, 9], got 10");
    refuses(R"({"input_ids": [[-100]], "labels": [[1]]})", "in [0, 9], got -100");
    refuses(R"({"input_ids": [[1.5]], "labels": [[1]]})", "got 1.5");
    refuses(R"({"input_ids": [[18446744073709551615]], "labels": [[1]]})", "got 18446744073709551615");
    refuses(R"({"input_ids": [[1]], "labels": [[-1]]})",
            "labels row 0 position 0: must be a whole number in [0, 9] or -100, got -1");
    refuses(R"({"input_ids": [[1]], "labels": [[1], [1]]})", "labels: has 2 rows, input_ids has 1");
    refuses(R"({"input_ids": [[1, 2]], "labels": [[1]], "attention_mask": [[1]]})",
            "attention_mask: is 1 x 1, input_ids are 1 x 2");
    refuses(R"({"input_ids": [[1]], "labels": [[1]], "attention_mask": [[2]]})", "in [0, 1], got 2");
}
