// What the verbs that load a saved model share.
#pragma once

#include "app/cli/verbs.h"

#include "core/train/model_runner.h"

#include <memory>
#include <string>

namespace sy::cli {

struct ModelWords {
    std::string run, checkpoint = "last", device = "cpu";

    ModelRunner load(const Common& common) const { return ModelRunner::load(common.paths(), run, checkpoint, device); }
};

/// RUN, --checkpoint and --device, written into words that live as long as the verb's action.
template <class Words> std::shared_ptr<Words> modelVerb(Verb& verb)
{
    auto words = std::make_shared<Words>();
    verb.takesStore();
    verb.app->add_option("RUN", words->run, "a run's id or name")->required();
    verb.app->add_option("--checkpoint", words->checkpoint, "best, last, or a step's number");
    verb.app->add_option("--device", words->device, "cpu, cuda or cuda:N");
    return words;
}

} // namespace sy::cli
