#include "ui/routing/languages_page.h"

#include "ui/models/routing_focus.h"
#include "ui/models/text.h"
#include "ui/routing/empty_text.h"
#include "ui/routing/language_matrix_panel.h"
#include "ui/routing/specialization_panel.h"

#include <QLabel>
#include <QSplitter>
#include <QStackedLayout>

namespace sy {

namespace {

constexpr const char* splitter_key = "languages/splitter";

}

LanguagesPage::LanguagesPage(const PageContext& context, QWidget* parent)
    : QWidget(parent), m_context(context), m_stack(new QStackedLayout(this)),
      m_empty(plainLabel("languagesEmpty", {}, this)), m_splitter(new QSplitter(Qt::Vertical, this)),
      m_specialization(new SpecializationPanel(context, m_splitter)),
      m_matrix(new LanguageMatrixPanel(context, m_splitter))
{
    setObjectName("languagesPage");
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_splitter->setObjectName("languagesSplitter");
    m_splitter->addWidget(m_specialization);
    m_splitter->addWidget(m_matrix);
    m_splitter->setStretchFactor(0, 2);
    m_splitter->setStretchFactor(1, 3);
    m_stack->addWidget(m_splitter);
    m_stack->addWidget(m_empty);
    m_splitter->setSizes({2000, 3000}); // shares of what there is
    m_splitter->restoreState(m_context.settings->value(splitter_key).toByteArray());
    connect(m_splitter, &QSplitter::splitterMoved, this,
            [this] { m_context.settings->setValue(splitter_key, m_splitter->saveState()); });
    connect(m_context.focus, &RoutingFocus::indexChanged, this, &LanguagesPage::sync);
    sync();
}

void LanguagesPage::sync()
{
    const QString text = noRoutersText(*m_context.focus->index());
    m_empty->setText(text);
    m_stack->setCurrentIndex(text.isEmpty() ? 0 : 1);
    const bool active = isVisible() && text.isEmpty();
    m_specialization->setActive(active);
    m_matrix->setActive(active);
}

void LanguagesPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    sync();
}

void LanguagesPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    sync();
}

} // namespace sy
