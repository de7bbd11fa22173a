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
    void take(RoutingIndexPtr index);

    PageContext m_context;
    bool m_reading = false;
    QString m_read_run;
    qint64 m_read_revision = -1;
    bool m_read_live = false;
    std::shared_ptr<const Tokenizer> m_tokenizer; ///< of m_read_run
};

} // namespace sy
