#pragma once

#include "ui/models/page_context.h"
#include "ui/tokens/layer_tokens.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QSplitter;
class QStackedLayout;
class QTabWidget;

namespace sy {

class ExpertTokensPanel;
class TokenClassPanel;
class TokenExamplesPanel;
class TokenLookupPanel;
class VocabularyPanel;

/// Tokens and experts of the layer and step that all views look at: which tokens an expert takes, which experts a token
/// goes to, kinds of tokens, vocabulary specialization, examples. Of the fixed validation tokens, else of the sample of
/// a window.
class TokensPage : public QWidget {
    Q_OBJECT

public:
    explicit TokensPage(const PageContext& context, QWidget* parent = nullptr);

    /// What is shown now; null = nothing.
    const LayerTokensPtr& picture() const { return m_picture; }

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    /// What a read would be of.
    struct Wish {
        QString run;
        qint64 rewinds = 0;
        RouteSource source = RouteSource::Validation;
        int64_t step = -1; ///< recorded one
        int layer = -1;
        std::shared_ptr<const Tokenizer> tokenizer;
        bool operator==(const Wish&) const = default;
        bool sameRoutes(const Wish& other) const;
    };
    void makeTabs();
    void makeActions();
    Wish wish() const;
    void forget();
    void sync();
    void startRead(const Wish& wish);
    void take(const Wish& wish, LayerTokensPtr picture);
    void syncVocabulary();
    void showEmpty(const QString& text); ///< empty = the panels
    QString nothingText() const;
    void fillSource();

    PageContext m_context;
    LayerTokensPtr m_picture;
    Wish m_shown;
    bool m_reading = false, m_computing = false;
    std::pair<StepRoutesPtr, int64_t> m_vocabulary_of; ///< figures shown: routes and least occurrences

    QStackedLayout* m_stack;
    QLabel *m_empty, *m_source_text;
    QComboBox* m_source;
    QSplitter* m_splitter;
    QTabWidget* m_tabs;
    ExpertTokensPanel* m_experts;
    TokenLookupPanel* m_lookup;
    TokenClassPanel* m_classes;
    VocabularyPanel* m_vocabulary;
    TokenExamplesPanel* m_examples;
};

} // namespace sy
