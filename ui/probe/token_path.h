// The way of one token: experts as lanes, layers from left to right.
#pragma once

#include "ui/probe/probe_answers.h"

#include <QWidget>

namespace sy {

class TokenPath : public QWidget {
    Q_OBJECT

public:
    explicit TokenPath(QWidget* parent = nullptr);

    /// Place `token` of one stack; B's way is dashed where its tokens are the same.
    void setToken(const ProbedText& text, bool b, bool decoder, int token);
    void clear();
    void setLayer(const QString& layer);
    QString text() const; ///< "encoder.1 e3, encoder.3 e0"
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void stopChosen(const QString& layer, int expert);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Stop {
        int expert = -1;
        double probability = 0;
        bool dropped = false;
        std::vector<std::pair<int, double>> top;
        QString words;
    };
    struct Way {
        QString name;
        std::vector<Stop> stops; ///< by layer; expert -1 = not in it
    };
    static Way wayOf(const ProbeAnswer& answer, const QStringList& layers, int token);
    QPointF place(size_t layer, int expert) const;
    int layerAt(const QPointF& position) const;
    QRectF lanes() const;
    void paintLanes(QPainter& painter) const;
    void paintWay(QPainter& painter, const Way& way, bool dashed) const;

    QStringList m_layers;
    QString m_layer;
    std::vector<Way> m_ways; ///< A, then B where it is comparable
    int m_experts = 1;
};

} // namespace sy
