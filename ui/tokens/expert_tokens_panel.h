#pragma once

#include "ui/tokens/layer_tokens.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QSpinBox;

namespace sy {

class RoutingFocus;
class TokenGridView;

/// Experts of the layer above, the tokens that the chosen one takes below.
class ExpertTokensPanel : public QWidget {
    Q_OBJECT

public:
    explicit ExpertTokensPanel(RoutingFocus* focus, QWidget* parent = nullptr);

    void setPicture(LayerTokensPtr picture); ///< null = nothing to show

private:
    QWidget* makeTokens();
    void fillExperts();
    void fillTokens();
    void rank();

    RoutingFocus* m_focus;
    LayerTokensPtr m_picture;
    TokenGridView *m_experts, *m_tokens;
    QLabel* m_heading;
    QComboBox* m_rank;
    QSpinBox* m_least;
};

} // namespace sy
