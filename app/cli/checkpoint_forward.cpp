#include "app/cli/format.h"
#include "app/cli/verbs.h"

#include "core/interop/checkpoint_forward.h"

#include <iostream>

namespace sy::cli {

namespace {

void printForward(const CheckpointForwardSummary& summary, const fs::path& output, bool json)
{
    nlohmann::json document{{"output", output.string()},
                            {"rows", summary.rows},
                            {"input_length", summary.input_length},
                            {"target_length", summary.target_length},
                            {"layers", nlohmann::json::array()}};
    Table table({"sparse layer", "positions", "without expert"}, {false, true, true});
    for (const auto& layer : summary.layers) {
        document["layers"].push_back(
            {{"layer", layer.name}, {"tokens", layer.tokens}, {"without_expert", layer.without_expert}});
        table.row({layer.name, std::to_string(layer.tokens), std::to_string(layer.without_expert)});
    }
    if (json)
        printJson(document);
    else
        std::cout << table.text() << "logits and routes of " << summary.rows << " rows are in " << output.string()
                  << std::endl;
}

} // namespace

void addCheckpointVerbs(CLI::App& app, Action& action)
{
    auto* checkpoint = app.add_subcommand("checkpoint", "checkpoints of other programs");
    checkpoint->require_subcommand(1);
    Verb verb(*checkpoint, action, "forward", "logits and routes of a Hugging Face Switch checkpoint for given ids");
    verb.givesJson();
    auto request = std::make_shared<CheckpointForward>();
    verb.app->add_option("DIR", request->directory, "folder with config.json and safetensors")->required();
    verb.app
        ->add_option("--input", request->input, "JSON: input_ids, labels and, where rows are padded, attention_mask")
        ->required()
        ->type_name("FILE");
    verb.app->add_option("--output", request->output, "safetensors: logits and routes")->required()->type_name("FILE");
    verb.app->add_option("--semantics", request->semantics, "whose rules of capacity and dropping")
        ->check(CLI::IsMember(semanticsNames()))
        ->capture_default_str();
    verb.does([request, common = verb.common] {
        printForward(checkpointForward(*request), request->output, common->json);
        return 0;
    });
}

} // namespace sy::cli
