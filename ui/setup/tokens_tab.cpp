#include "ui/setup/tokens_tab.h"

#include "core/text/tokenizer.h"
#include "ui/models/background.h"
#include "ui/models/text.h"
#include "ui/setup/labels.h"
#include "ui/setup/token_chips.h"

#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QScrollArea>
#include <QVBoxLayout>

namespace sy {

namespace {

struct Split {
    std::shared_ptr<const Tokenizer> tokenizer;
    std::vector<TokenPiece> pieces;
    std::string problem;
};

Split splitText(std::shared_ptr<const Tokenizer> tokenizer, const std::string& file, const std::string& text)
{
    try {
        if (!tokenizer) tokenizer = std::make_shared<const Tokenizer>(Tokenizer::load(file));
        return {tokenizer, tokenPieces(*tokenizer, text), {}};
    } catch (const std::exception& error) {
        return {tokenizer, {}, error.what()};
    }
}

} // namespace

TokensTab::TokensTab(QWidget* parent)
    : QWidget(parent), m_text(new QLineEdit(this)), m_count(new QLabel(this)), m_chips(new TokenChips)
{
    m_text->setObjectName("tokenText");
    m_text->setMaxLength(2000);
    m_text->setPlaceholderText(tr("Type a sentence to see how it splits into tokens"));
    m_text->setClearButtonEnabled(true);
    m_count->setObjectName("tokenCount");
    m_count->setTextFormat(Qt::PlainText);
    m_chips->setObjectName("tokenChips");
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(m_chips);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addWidget(m_text);
    column->addWidget(m_count);
    column->addWidget(scroll, 1);
    m_pause.setSingleShot(true);
    m_pause.setInterval(80);
    connect(&m_pause, &QTimer::timeout, this, &TokensTab::split);
    connect(m_text, &QLineEdit::textChanged, &m_pause, qOverload<>(&QTimer::start));
    connect(m_text, &QLineEdit::textEdited, this, [this] { m_touched = true; });
}

void TokensTab::setPreview(const TextPreview* preview)
{
    const std::string hash = preview ? preview->tokenizer_hash : std::string();
    if (hash == m_hash) return;
    m_hash = hash;
    m_file = preview ? preview->tokenizer_file : std::string();
    m_tokenizer.reset();
    split();
}

void TokensTab::suggest(const QString& text)
{
    if (!m_touched) m_text->setText(text);
}

void TokensTab::split()
{
    const int asked = ++m_asked;
    const QString text = m_text->text();
    if (m_hash.empty() || text.isEmpty()) {
        m_chips->setPieces({});
        return m_count->setText(m_hash.empty() ? tr("The tokenizer is not ready.") : QString());
    }
    const auto job = [tokenizer = m_tokenizer, file = m_file, words = text.toStdString()] {
        return splitText(tokenizer, file, words);
    };
    inBackground(this, job, [this, asked, letters = text.toUcs4().size()](const Split& split) {
        if (asked != m_asked) return;
        m_tokenizer = split.tokenizer;
        m_chips->setPieces(split.pieces);
        if (!split.problem.empty()) return m_count->setText(fromUtf8(split.problem));
        const double each = split.pieces.empty() ? 0 : double(letters) / double(split.pieces.size());
        m_count->setText(tr("%1, %2 characters each")
                             .arg(counted(qsizetype(split.pieces.size()), tr("token"), tr("tokens")),
                                  QLocale().toString(each, 'f', 1)));
    });
}

} // namespace sy
