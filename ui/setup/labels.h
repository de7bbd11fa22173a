// Plain texts: elided, counted, coloured, as tooltips.
#pragma once

#include <QLabel>

namespace sy {

/// One line of plain text that ends in an ellipsis where there is no room; the whole text is its tooltip.
class ElidedLabel : public QLabel {
public:
    explicit ElidedLabel(QWidget* parent = nullptr);
    void setWholeText(const QString& text);
    const QString& wholeText() const { return m_text; }
    /// Asks for this width for shorter texts as well, so that columns of labels align.
    void setUsualWidth(int width);
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
    int m_usual_width = 0;
};

/// "1 language", "21 languages".
QString counted(qsizetype count, const QString& one, const QString& many);

/// Selectable plain text that wraps.
QLabel* noteLabel(const QString& object_name, QWidget* parent);

/// Colours a label's text. Nothing happens where it has that colour, so that it may be called on PaletteChange.
void setInk(QWidget* widget, const QColor& ink);

/// A tooltip that is never read as markup, wrapped.
QString plainToolTip(const QString& text);

} // namespace sy
