#include "core/base/error.h"
#include "core/interop/huggingface.h"
#include "core/model/tensor_files.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

using namespace sy;

namespace {

/// A directory as Hugging Face writes it, from our parameter list: experts one by one.
class HuggingFace : public ::testing::Test {
protected:
    fs::path folder = fs::temp_directory_path() / ("sy-huggingface-" + newUlid());
    ModelConfig model{.num_experts = 3,
                      .d_model = 16,
                      .d_ff = 24,
                      .d_kv = 4,
                      .num_heads = 2,
                      .num_layers = 4,
                      .num_decoder_layers = 2,
                      .encoder_sparse_step = 2,
                      .decoder_sparse_step = 1,
                      .vocab_size = 40};
    nlohmann::json config{{"model_type", "switch_transformers"},
                          {"num_experts", 3},
                          {"d_model", 16},
                          {"d_ff", 24},
                          {"d_kv", 4},
                          {"num_heads", 2},
                          {"num_layers", 4},
                          {"num_decoder_layers", 2},
                          {"num_sparse_encoder_layers", 2},
                          {"num_sparse_decoder_layers", 2},
                          {"vocab_size", 40},
                          {"expert_capacity", 7}};
    NamedTensors tensors;

    void SetUp() override
    {
        fs::create_directories(folder);
        torch::manual_seed(3);
        for (const auto& spec : parameterSpecs(model)) addOne(spec.name, torch::randn(spec.shape));
    }
    void TearDown() override { fs::remove_all(folder); }

    void addOne(const std::string& name, const torch::Tensor& value)
    {
        const std::string experts = ".mlp.experts.";
        const auto at = name.find(experts);
        if (at == name.npos) return tensors.emplace_back(name, value), void();
        for (int64_t e = 0; e < value.size(0); ++e)
            tensors.emplace_back(name.substr(0, at) + experts + "expert_" + std::to_string(e) + "." +
                                     name.substr(at + experts.size()),
                                 value[e]);
    }
    torch::Tensor& tensor(const std::string& name)
    {
        for (auto& [each, value] : tensors)
            if (each == name) return value;
        throw std::out_of_range(name);
    }
    void rename(const std::string& from, const std::string& to)
    {
        for (auto& [name, value] : tensors)
            if (name == from) name = to;
    }
    void remove(const std::string& name)
    {
        std::erase_if(tensors, [&](const auto& each) { return each.first == name; });
    }

    HuggingFaceModel read()
    {
        writeFileAtomically(folder / "config.json", config.dump());
        writeTensors(folder / "model.safetensors", tensors);
        return readHuggingFace(folder);
    }
    void refuses(const std::vector<std::string>& words)
    {
        try {
            read();
            ADD_FAILURE() << "accepted; expected: " << words[0];
        } catch (const DataError& error) {
            for (const auto& word : words)
                EXPECT_NE(std::string(error.what()).find(word), std::string::npos)
                    << error.what() << "\nexpected: " << word;
        }
    }
};

const std::string sparse_block = "encoder.block.1.layer.1.mlp.";

} // namespace

TEST_F(HuggingFace, stacksExpertsAndKeepsTheRest)
{
    config["feed_forward_proj"] = "relu"; // extra keys mean nothing
    const auto got = read();
    EXPECT_EQ(got.model.encoder_sparse_step, 2);
    EXPECT_EQ(got.model.decoder_sparse_step, 1);
    EXPECT_EQ(got.model.d_ff, 24);
    EXPECT_TRUE(got.model.tie_embeddings);
    EXPECT_EQ(got.expert_capacity, 7);
    EXPECT_TRUE(got.single_expert_layers.empty());
    ASSERT_EQ(got.weights.size(), parameterSpecs(model).size());
    for (int64_t e = 0; e < 3; ++e) {
        const auto wi = got.weights.at(sparse_block + "experts.wi.weight")[e];
        EXPECT_TRUE(wi.equal(tensor(sparse_block + "experts.expert_" + std::to_string(e) + ".wi.weight"))) << e;
    }
    EXPECT_TRUE(
        got.weights.at("encoder.block.0.layer.1.mlp.wi.weight").equal(tensor("encoder.block.0.layer.1.mlp.wi.weight")));
    EXPECT_TRUE(got.weights.at("shared.weight").equal(tensor("shared.weight")));
}

TEST_F(HuggingFace, takesAnyNameOfATiedEmbedding)
{
    const auto embedding = tensor("shared.weight").clone();
    std::string last = "shared.weight";
    for (const auto* name : {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight"}) {
        rename(last, name);
        last = name;
        EXPECT_TRUE(read().weights.at("shared.weight").equal(embedding)) << name;
    }
    tensors.emplace_back("shared.weight", embedding);
    EXPECT_TRUE(read().weights.at("shared.weight").equal(embedding));
    tensor("lm_head.weight") = embedding + 1;
    refuses({"lm_head.weight: differs from shared.weight"});
}

TEST_F(HuggingFace, anUntiedOutputLayerIsItsOwn)
{
    config["tie_word_embeddings"] = false;
    refuses({"lm_head.weight: is missing"});
    tensors.emplace_back("lm_head.weight", torch::randn({40, 16}));
    const auto got = read();
    EXPECT_TRUE(got.weights.at("lm_head.weight").equal(tensor("lm_head.weight")));
    EXPECT_TRUE(got.weights.at("shared.weight").equal(tensor("shared.weight")));
}

TEST_F(HuggingFace, untiedStacksKeepEmbeddingsOfTheirOwn)
{
    config["tie_word_embeddings"] = false;
    tensors.emplace_back("lm_head.weight", torch::randn({40, 16}));
    tensors.emplace_back("encoder.embed_tokens.weight", torch::randn({40, 16}));
    tensors.emplace_back("decoder.embed_tokens.weight", tensor("shared.weight").clone());
    const auto got = read();
    ASSERT_TRUE(got.weights.has("encoder.embed_tokens.weight"));
    EXPECT_TRUE(got.weights.at("encoder.embed_tokens.weight").equal(tensor("encoder.embed_tokens.weight")));
    EXPECT_FALSE(got.weights.has("decoder.embed_tokens.weight")) << "equal to the shared one: not kept twice";
}

TEST_F(HuggingFace, widensNarrowWeights)
{
    for (auto& [name, value] : tensors)
        value = value.to(name.starts_with("encoder") ? torch::kBFloat16 : torch::kFloat16);
    const auto got = read();
    for (const auto& [name, value] : got.weights.items()) EXPECT_EQ(value.scalar_type(), torch::kFloat) << name;
    EXPECT_TRUE(got.weights.at("encoder.final_layer_norm.weight")
                    .equal(tensor("encoder.final_layer_norm.weight").to(torch::kFloat)));
}

TEST_F(HuggingFace, theOnlyExpertBecomesTheDenseBlock)
{
    config["num_experts"] = 1;
    for (int64_t e = 1; e < 3; ++e)
        std::erase_if(tensors, [&](const auto& each) {
            return each.first.find("expert_" + std::to_string(e)) != std::string::npos;
        });
    for (auto& [name, value] : tensors)
        if (name.ends_with("router.classifier.weight")) value = torch::randn({1, 16});
    const auto got = read();
    EXPECT_EQ(got.model.num_experts, 1);
    EXPECT_EQ(got.single_expert_layers, (std::vector<std::string>{"encoder.1", "encoder.3", "decoder.0", "decoder.1"}));
    EXPECT_TRUE(got.weights.at(sparse_block + "wi.weight").equal(tensor(sparse_block + "experts.expert_0.wi.weight")));
}

TEST_F(HuggingFace, readsShardsByTheirIndex)
{
    const auto whole = read();
    fs::remove(folder / "model.safetensors");
    nlohmann::json map;
    std::map<std::string, NamedTensors> shards;
    for (size_t i = 0; i < tensors.size(); ++i) {
        const auto file = "part-" + std::to_string(i % 3) + ".safetensors";
        map[tensors[i].first] = file;
        shards[file].push_back(tensors[i]);
    }
    for (const auto& [file, content] : shards) writeTensors(folder / file, content);
    const auto write_index = [&] {
        writeFileAtomically(folder / "model.safetensors.index.json", nlohmann::json{{"weight_map", map}}.dump());
    };
    write_index();
    const auto sharded = readHuggingFace(folder);
    for (const auto& [name, value] : whole.weights.items()) EXPECT_TRUE(value.equal(sharded.weights.at(name))) << name;
    map["ghost"] = "part-0.safetensors";
    write_index();
    EXPECT_THROW(readHuggingFace(folder), DataError);
    map["ghost"] = "../part-0.safetensors";
    write_index();
    EXPECT_THROW(readHuggingFace(folder), DataError);
}

TEST_F(HuggingFace, namesEveryProblemOfTheTensorsAtOnce)
{
    remove("encoder.block.2.layer.0.SelfAttention.q.weight");
    remove(sparse_block + "experts.expert_2.wo.weight");
    tensor("decoder.final_layer_norm.weight") = torch::ones({17});
    tensor("encoder.final_layer_norm.weight") = torch::ones({16}, torch::kInt64);
    tensors.emplace_back("encoder.block.9.layer.0.SelfAttention.q.weight", torch::ones({1}));
    refuses({"encoder.block.2.layer.0.SelfAttention.q.weight: is missing",
             sparse_block + "experts.expert_2.wo.weight: is missing",
             "decoder.final_layer_norm.weight: has shape [17], the configuration asks for [16]",
             "encoder.final_layer_norm.weight: has dtype I64",
             "encoder.block.9.layer.0.SelfAttention.q.weight: belongs to no parameter"});
}

TEST_F(HuggingFace, namesEveryProblemOfTheConfigurationAtOnce)
{
    config["d_model"] = "wide";
    config["num_heads"] = 0;
    config["router_bias"] = true;
    config["dense_act_fn"] = "gelu";
    config["expert_capacity"] = 0;
    refuses({"config.json", "d_model: must be a whole number, got \"wide\"", "model.num_heads", "router_bias",
             "dense_act_fn: must be \"relu\"", "expert_capacity: must be at least 1, got 0"});
    config = {{"model_type", "t5"}};
    refuses({"model_type: must be \"switch_transformers\"", "got \"t5\""});
}

TEST_F(HuggingFace, refusesPicklesAndEmptyFolders)
{
    EXPECT_THROW(readHuggingFace(folder / "missing"), DataError);
    EXPECT_THROW(readHuggingFace(folder), DataError);
    writeFileAtomically(folder / "config.json", config.dump());
    EXPECT_THROW(readHuggingFace(folder), DataError);
    writeFileAtomically(folder / "pytorch_model.bin", "pickle");
    try {
        readHuggingFace(folder);
        FAIL();
    } catch (const DataError& error) {
        EXPECT_NE(std::string(error.what()).find("pytorch_model.bin: is a pickle"), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find("safe_serialization=True"), std::string::npos) << error.what();
    }
}

TEST(SparseStep, isToldByTheLayersThatHaveExperts)
{
    EXPECT_EQ(layersOfStep(0, 3), (std::set<int64_t>{}));
    EXPECT_EQ(layersOfStep(1, 3), (std::set<int64_t>{0, 1, 2}));
    EXPECT_EQ(layersOfStep(2, 5), (std::set<int64_t>{1, 3}));
    EXPECT_EQ(layersOfStep(3, 5), (std::set<int64_t>{1, 4}));
    EXPECT_EQ(stepOfLayers({1, 3}, 4, 2), 2);
    EXPECT_EQ(stepOfLayers({}, 4, 4), 0);
    EXPECT_EQ(stepOfLayers({1}, 4, 3), 3);
    EXPECT_EQ(stepOfLayers({1, 4}, 5, 2), 3);
    EXPECT_EQ(stepOfLayers({2}, 5, 2), 2) << "no step fits: the missing tensors are named under the configuration's";
}
