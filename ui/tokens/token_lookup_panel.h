#pragma once

#include "ui/tokens/layer_tokens.h"

#include <QWidget>

class QLabel;
class QLineEdit;

namespace sy {

class BarChart;
class RoutingFocus;
class TokenGridView;

/// From a token to its experts: search by text of the piece or by id, bars of P(expert | token) beside the load.
class TokenLookupPanel : public QWidget {
    Q_OBJECT

public:
    explicit TokenLookupPanel(RoutingFocus* focus, QWidget* parent = nullptr);

    void setPicture(LayerTokensPtr picture);
    void startSearch(); ///< the filter gets the keys

protected:
    void changeEvent(QEvent* event) override;

private:
    void fillMatches();
    void fillBars();
    void addExports();
    bool matches(int32_t id, const QString& wanted) const;

    RoutingFocus* m_focus;
    LayerTokensPtr m_picture;
    QLineEdit* m_filter;
    QLabel *m_count, *m_heading;
    TokenGridView* m_matches;
    BarChart* m_bars;
};

} // namespace sy
