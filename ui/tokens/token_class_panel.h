#pragma once

#include "ui/tokens/layer_tokens.h"

#include <QWidget>

class QComboBox;
class QLabel;

namespace sy {

class HeatMap;
class RoutingFocus;

/// Kinds of tokens, or scripts, against experts.
struct TokenClasses {
    QStringList names;                            ///< [C] those that occur
    std::vector<int64_t> counts;                  ///< [C, N]
    std::vector<int64_t> tokens;                  ///< [C]
    std::vector<double> entropy;                  ///< [C] nats
    std::vector<double> share(int experts) const; ///< P(e | class), [C, N]
    std::vector<double> lift(int experts) const;  ///< P(e | class) / P(e), [C, N]; NaN for an expert without tokens
};
/// `by_script`: letters by script, the rest as "no letters". Empty where kinds are not known.
TokenClasses tokenClasses(const LayerTokens& picture, bool by_script);

class TokenClassPanel : public QWidget {
    Q_OBJECT

public:
    explicit TokenClassPanel(RoutingFocus* focus, QWidget* parent = nullptr);

    void setPicture(LayerTokensPtr picture);

private:
    void fill();

    RoutingFocus* m_focus;
    LayerTokensPtr m_picture;
    QComboBox *m_rows, *m_value;
    QLabel* m_note;
    HeatMap* m_map;
};

} // namespace sy
