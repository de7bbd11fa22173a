#include "ui/setup/preview_bar.h"

#include "ui/models/text.h"
#include "ui/setup/labels.h"
#include "ui/setup/previewer.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>

namespace sy {

PreviewBar::PreviewBar(Previewer& previewer, QWidget* parent)
    : QWidget(parent), m_previewer(previewer), m_text(new ElidedLabel(this)), m_bar(new QProgressBar(this)),
      m_button(new QPushButton(this))
{
    m_text->setObjectName("previewText");
    m_button->setObjectName("previewButton");
    m_bar->setObjectName("previewProgress");
    m_bar->setRange(0, 0);
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(fontMetrics().averageCharWidth() * 16);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_text, 1);
    row->addWidget(m_bar);
    row->addWidget(m_button);
    setMinimumHeight(m_button->sizeHint().height()); // with or without the button: the previews never move
    connect(&m_previewer, &Previewer::changed, this, &PreviewBar::refresh);
    connect(&m_clock, &QTimer::timeout, this, &PreviewBar::refresh);
    connect(m_button, &QPushButton::clicked, this, [this] {
        if (m_previewer.state() == Previewer::Working)
            m_previewer.cancel();
        else
            m_previewer.again();
    });
    m_clock.setInterval(500);
    refresh();
}

void PreviewBar::setObstacle(const QString& reason)
{
    m_obstacle = reason;
    refresh();
}

void PreviewBar::refresh()
{
    const auto state = m_previewer.state();
    const bool working = state == Previewer::Working;
    if (working != m_clock.isActive()) working ? m_clock.start() : m_clock.stop();
    m_bar->setVisible(working);
    m_button->setVisible(m_obstacle.isEmpty() &&
                         (working || state == Previewer::Failed || state == Previewer::Cancelled));
    m_button->setText(working ? tr("Cancel") : tr("Prepare"));
    if (!m_obstacle.isEmpty()) return m_text->setWholeText(m_obstacle);
    switch (state) {
    case Previewer::Nothing:
        return m_text->setWholeText({});
    case Previewer::Working:
        return m_text->setWholeText(tr("%1 · %2").arg(m_previewer.text(), durationText(m_previewer.seconds())));
    case Previewer::Failed:
        return m_text->setWholeText(tr("No preview: %1").arg(m_previewer.text()));
    case Previewer::Cancelled:
        return m_text->setWholeText(tr("Cancelled. Prepare tokenizer and tokens to see them."));
    case Previewer::Ready:
        break;
    }
    const auto& preview = *m_previewer.preview();
    m_text->setWholeText(tr("Tokenizer %1: %2 pieces, %3 of them sentinels")
                             .arg(fromUtf8(preview.tokenizer_hash).left(12))
                             .arg(preview.vocab_size)
                             .arg(preview.sentinels));
}

} // namespace sy
