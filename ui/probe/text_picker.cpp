#include "ui/probe/text_picker.h"

#include "ui/models/text.h"
#include "ui/probe/parallel_picker.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSettings>
#include <QStackedWidget>

namespace sy {

namespace {

constexpr auto mode_key = "probe/mode";
constexpr int longest_item = 90; ///< characters of a sentence in a list

/// As high as the shown page needs, not as the highest one does.
class ShownStack : public QStackedWidget {
public:
    explicit ShownStack(QWidget* parent) : QStackedWidget(parent) {}
    QSize sizeHint() const override { return currentWidget() ? currentWidget()->sizeHint() : QSize(); }
    QSize minimumSizeHint() const override { return currentWidget() ? currentWidget()->minimumSizeHint() : QSize(); }
};

} // namespace

ProbeTextPicker::ProbeTextPicker(QSettings* settings, QWidget* parent)
    : QWidget(parent), m_settings(settings), m_mode(new QComboBox(this)), m_pages(new ShownStack(this)),
      m_parallel(new ParallelPicker(settings))
{
    setObjectName("probeTexts");
    m_mode->setObjectName("probeMode");
    m_mode->addItem(tr("Own text"));
    m_mode->addItem(tr("Recorded sentences"));
    m_mode->addItem(tr("Parallel sentences"));
    m_mode->setToolTip(tr("What the model reads"));
    m_pages->addWidget(makeTyped());
    m_pages->addWidget(makeRecorded());
    m_pages->addWidget(m_parallel);
    for (int i = 0; i < m_pages->count(); ++i)
        m_pages->widget(i)->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    m_pages->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_mode, 0, Qt::AlignTop);
    layout->addWidget(m_pages, 1, Qt::AlignTop);
    connect(m_mode, &QComboBox::currentIndexChanged, this, [this](int mode) {
        m_pages->setCurrentIndex(mode);
        m_pages->updateGeometry();
        updateGeometry();
        if (m_settings) m_settings->setValue(mode_key, mode);
        Q_EMIT modeChanged();
    });
    connect(m_parallel, &ParallelPicker::changed, this, [this] {
        if (mode() == Parallel) Q_EMIT picked();
    });
    if (m_settings) m_mode->setCurrentIndex(std::clamp(m_settings->value(mode_key, int(Recorded)).toInt(), 0, 2));
}

QWidget* ProbeTextPicker::makeTyped()
{
    auto* page = new QWidget(this);
    m_text = new QPlainTextEdit(page);
    m_text->setObjectName("probeText");
    m_text->setPlaceholderText(
        tr("Type or paste text in any language; <extra_id_0> marks a gap. Ctrl+Return probes it."));
    m_text->setTabChangesFocus(true);
    m_text->setFixedHeight(fontMetrics().lineSpacing() * 3 + fontMetrics().height());
    m_text->installEventFilter(this);
    m_language = new QComboBox(page);
    m_language->setObjectName("probeLanguage");
    m_language->setEditable(true);
    m_language->lineEdit()->setPlaceholderText(tr("language"));
    m_language->setToolTip(tr("A code such as de: names the text in the picture; the model does not see it"));
    m_language->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_language->setMinimumContentsLength(8);
    m_target = new QLineEdit(page);
    m_target->setObjectName("probeTarget");
    m_target->setPlaceholderText(tr("decoder: own answer"));
    m_target->setToolTip(tr("What the decoder is fed. Empty: what the model itself would write"));
    auto* side = new QVBoxLayout;
    side->addWidget(m_language);
    side->addWidget(m_target);
    side->addStretch();
    auto* layout = new QHBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_text, 3);
    layout->addLayout(side, 1);
    return page;
}

QWidget* ProbeTextPicker::makeRecorded()
{
    auto* page = new QWidget(this);
    m_recorded = new QComboBox(page);
    m_recorded->setObjectName("recordedSentence");
    m_recorded->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_recorded->setMinimumContentsLength(24);
    m_recorded->setToolTip(tr("Sentences whose routes the run recorded at every evaluation"));
    auto* layout = new QHBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_recorded);
    connect(m_recorded, &QComboBox::activated, this, &ProbeTextPicker::picked);
    return page;
}

ProbeTextPicker::Mode ProbeTextPicker::mode() const
{
    return static_cast<Mode>(m_mode->currentIndex());
}

void ProbeTextPicker::setMode(Mode mode)
{
    m_mode->setCurrentIndex(mode);
}

void ProbeTextPicker::focusText()
{
    setMode(Typed);
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void ProbeTextPicker::setLanguages(const QStringList& languages)
{
    m_parallel->setRunLanguages(languages);
    QStringList had;
    for (int i = 0; i < m_language->count(); ++i) had << m_language->itemText(i);
    if (had == languages) return;
    const QString typed = m_language->currentText();
    m_language->clear();
    m_language->addItems(languages);
    m_language->setCurrentText(typed);
}

void ProbeTextPicker::setRecorded(const std::vector<ProbedSentence>& sentences)
{
    if (sentences == m_sentences) return;
    const int row = m_recorded->currentIndex();
    const auto chosen = row > 0 && row <= static_cast<int>(m_sentences.size())
                            ? std::optional(m_sentences[static_cast<size_t>(row - 1)])
                            : std::nullopt;
    m_sentences = sentences;
    m_recorded->clear();
    if (sentences.empty()) return;
    m_recorded->addItem(tr("All recorded sentences (%1)").arg(sentences.size()));
    for (const auto& sentence : sentences) {
        m_recorded->addItem(QStringLiteral("%1: %2").arg(sentence.language, sentence.text.left(longest_item)));
        if (chosen && *chosen == sentence) m_recorded->setCurrentIndex(m_recorded->count() - 1);
    }
}

QString ProbeTextPicker::missing() const
{
    switch (mode()) {
    case Typed:
        return m_text->toPlainText().trimmed().isEmpty() ? tr("Type or paste a text above, then press Ctrl+Return.")
                                                         : QString();
    case Recorded:
        return m_sentences.empty() ? tr("This run has recorded no sentences yet: they come with its first evaluation. "
                                        "Type a text instead.")
                                   : QString();
    case Parallel:
        break;
    }
    if (!sentences().empty()) return {};
    if (m_parallel->file().isEmpty()) return tr("Choose a file with the same sentences in several languages.");
    return tr("Choose a sentence, and tick languages that have it.");
}

std::vector<ProbedSentence> ProbeTextPicker::sentences() const
{
    if (mode() == Parallel) return m_parallel->sentences();
    if (mode() == Typed) {
        const QString text = m_text->toPlainText().trimmed();
        if (text.isEmpty()) return {};
        return {{text, m_language->currentText().trimmed(), m_target->text().trimmed()}};
    }
    const int row = m_recorded->currentIndex();
    if (row > 0 && row <= static_cast<int>(m_sentences.size())) return {m_sentences[static_cast<size_t>(row - 1)]};
    return m_sentences;
}

bool ProbeTextPicker::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_text && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if ((key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) && key->modifiers() == Qt::ControlModifier) {
            Q_EMIT submitted();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace sy
