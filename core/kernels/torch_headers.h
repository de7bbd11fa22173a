// Precompiled: every engine source sees these. Never include it from a header that leaves the engine.
#pragma once

#include <torch/torch.h>
