#pragma once

#include "ui/models/page_context.h"

#include <QWidget>

namespace sy {

class CausesPage : public QWidget {
    Q_OBJECT

public:
    explicit CausesPage(const PageContext& context, QWidget* parent = nullptr);

private:
    PageContext m_context;
};

} // namespace sy
