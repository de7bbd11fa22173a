// Keeps RoutingFocus::index up to the current run and the store.
#pragma once

#include "ui/models/page_context.h"
#include "ui/models/routing_focus.h"

#include <QObject>

namespace sy {

class RoutingIndexReader : public QObject {
    Q_OBJECT

public:
    /// Watches context.selection and context.watch; one read at a time.
    RoutingIndexReader(const PageContext& context, QObject* parent = nullptr);

private:
    void look();

    PageContext m_context;
    bool m_reading = false;
};

} // namespace sy
