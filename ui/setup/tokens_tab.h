// How a typed sentence splits into tokens.
#pragma once

#include "core/text/preview.h"

#include <QTimer>
#include <QWidget>

#include <memory>

class QLabel;
class QLineEdit;

namespace sy {

class TokenChips;
class Tokenizer;

class TokensTab : public QWidget {
    Q_OBJECT

public:
    explicit TokensTab(QWidget* parent = nullptr);
    void setPreview(const TextPreview* preview); ///< its tokenizer splits; null = none yet
    /// A sentence to begin with; ignored once something was typed.
    void suggest(const QString& text);

private:
    void split();

    QLineEdit* m_text;
    QLabel* m_count;
    TokenChips* m_chips;
    QTimer m_pause;
    std::string m_file, m_hash;
    std::shared_ptr<const Tokenizer> m_tokenizer; ///< of m_hash, once loaded
    bool m_touched = false;
    int m_asked = 0;
};

} // namespace sy
