// serve: a model that stays loaded, asked in JSON lines (docs/serve.md).
#include "app/cli/model_verb.h"

#include "core/train/model_service.h"

#include <iostream>

namespace sy::cli {

void addServeVerb(CLI::App& app, Action& action)
{
    Verb verb(app, action, "serve", "keep a model loaded and answer JSON lines on standard input");
    auto words = modelVerb<ModelWords>(verb);
    verb.does([words, common = verb.common] {
        std::ios::sync_with_stdio(false);
        serveLines(ModelService(words->load(*common)), std::cin, std::cout);
        return 0;
    });
}

} // namespace sy::cli
