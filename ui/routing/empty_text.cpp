#include "ui/routing/empty_text.h"

#include <QCoreApplication>

namespace sy {

QString noRoutersText(const RoutingIndex& index)
{
    if (index.run.isEmpty())
        return QCoreApplication::translate("sy::RoutingPages", "Choose a run on the left to see what its router does.");
    if (index.layers.isEmpty())
        return QCoreApplication::translate("sy::RoutingPages",
                                           "%1 is a dense model: it has no routers.\nChoose a run with more than one "
                                           "expert (model.num_experts).")
            .arg(index.name);
    return {};
}

} // namespace sy
