#include "core/base/error.h"
#include "core/model/tensor_files.h"

#include <gtest/gtest.h>

#include <fstream>

using namespace sy;

namespace {

class TensorFiles : public ::testing::Test {
protected:
    fs::path folder = fs::temp_directory_path() / ("sy-tensor-files-" + newUlid());
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
};

} // namespace

TEST_F(TensorFiles, everyDtypeAndLayoutComesBackBitByBit)
{
    torch::manual_seed(1);
    NamedTensors tensors;
    for (const auto type : {torch::kBool, torch::kUInt8, torch::kInt8, torch::kInt16, torch::kBFloat16, torch::kFloat16,
                            torch::kInt32, torch::kFloat32, torch::kInt64, torch::kFloat64})
        tensors.emplace_back(toString(type), torch::randn({3, 5}).mul(50).abs().to(type));
    tensors.emplace_back("transposed", torch::randn({4, 7}).t());
    tensors.emplace_back("strided", torch::randn({9, 9}).slice(1, 0, 9, 2));
    tensors.emplace_back("expanded", torch::randn({1, 3}).expand({4, 3}));
    tensors.emplace_back("scalar", torch::tensor(2.5));
    tensors.emplace_back("empty", torch::empty({0, 4}));
    tensors.emplace_back("not finite", torch::tensor({NAN, INFINITY, -INFINITY, -0.0f}));
    tensors.emplace_back("leaf", torch::randn({2}, torch::requires_grad()));
    writeTensors(folder / "file", tensors, {{"step", "12"}});
    std::map<std::string, std::string> metadata;
    const auto got = readTensors(folder / "file", &metadata);
    EXPECT_EQ(metadata, (std::map<std::string, std::string>{{"step", "12"}}));
    ASSERT_EQ(got.size(), tensors.size());
    for (size_t i = 0; i < got.size(); ++i) {
        const auto expected = tensors[i].second.detach().contiguous();
        EXPECT_EQ(got[i].first, tensors[i].first);
        EXPECT_EQ(got[i].second.scalar_type(), expected.scalar_type()) << got[i].first;
        ASSERT_EQ(got[i].second.sizes(), expected.sizes()) << got[i].first;
        EXPECT_EQ(std::memcmp(got[i].second.const_data_ptr(), expected.const_data_ptr(), expected.nbytes()), 0)
            << got[i].first;
    }
}

TEST_F(TensorFiles, outlivesItsFile)
{
    writeTensors(folder / "file", {{"x", torch::full({1000}, 3.0)}});
    const auto got = readTensors(folder / "file");
    fs::remove(folder / "file");
    EXPECT_EQ(got[0].second.sum().item<float>(), 3000);
}

TEST_F(TensorFiles, boolsAreZeroOrOneWhateverTheBytes)
{
    const std::string header = R"({"x":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}})";
    std::string bytes(8, '\0');
    bytes[0] = static_cast<char>(header.size());
    std::ofstream(folder / "file", std::ios::binary) << bytes << header << std::string("\0\1\x7f", 3);
    const auto x = readTensors(folder / "file")[0].second;
    EXPECT_EQ(x.scalar_type(), torch::kBool);
    EXPECT_EQ(x.sum().item<int64_t>(), 2);
}

TEST_F(TensorFiles, refusesWhatTheFormatLacks)
{
    EXPECT_THROW(writeTensors(folder / "file", {{"x", torch::Tensor()}}), EngineError);
    EXPECT_THROW(writeTensors(folder / "file", {{"x", torch::zeros({2}, torch::kComplexFloat)}}), EngineError);
    EXPECT_THROW(writeTensors(folder / "file", {{"x", torch::zeros({2})}, {"x", torch::zeros({2})}}), StoreError);
    EXPECT_TRUE(fs::is_empty(folder));
}
