#pragma once

#include "ui/tokens/layer_tokens.h"

#include <QWidget>

class QLabel;
class QSpinBox;

namespace sy {

class RoutingFocus;
class TokenGridView;

/// Vocabulary specialization of all layers by input, gold and predicted id, and its chance.
class VocabularyPanel : public QWidget {
    Q_OBJECT

public:
    explicit VocabularyPanel(RoutingFocus* focus, QWidget* parent = nullptr);

    int64_t leastOccurrences() const;
    void setFigures(const RoutingIndex& index, const std::vector<LayerVocabulary>& figures);
    void setProblem(const QString& problem); ///< instead of the figures

Q_SIGNALS:
    void leastChanged();

private:
    void fillHeading();

    RoutingFocus* m_focus;
    std::vector<LayerVocabulary> m_figures;
    QStringList m_layers;
    QSpinBox* m_least;
    QLabel* m_heading;
    TokenGridView* m_table;
};

} // namespace sy
