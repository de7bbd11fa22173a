// Languages and experts: whether experts specialise by language, over training and layer by layer, and which.
#pragma once

#include "ui/models/page_context.h"

#include <QWidget>

class QLabel;
class QSplitter;
class QStackedLayout;

namespace sy {

class LanguageMatrixPanel;
class SpecializationPanel;

class LanguagesPage : public QWidget {
    Q_OBJECT

public:
    explicit LanguagesPage(const PageContext& context, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void sync();

    PageContext m_context;
    QStackedLayout* m_stack;
    QLabel* m_empty;
    QSplitter* m_splitter;
    SpecializationPanel* m_specialization;
    LanguageMatrixPanel* m_matrix;
};

} // namespace sy
