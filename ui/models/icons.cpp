#include "ui/models/icons.h"

#include <QApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPalette>
#include <QPixmap>

namespace sy {

namespace {

/// On a square of 16 by 16.
QPainterPath outline(Glyph glyph)
{
    QPainterPath path;
    switch (glyph) {
    case Glyph::Add:
        path.moveTo(8, 3);
        path.lineTo(8, 13);
        path.moveTo(3, 8);
        path.lineTo(13, 8);
        break;
    case Glyph::Pause:
        path.moveTo(5.5, 3.5);
        path.lineTo(5.5, 12.5);
        path.moveTo(10.5, 3.5);
        path.lineTo(10.5, 12.5);
        break;
    case Glyph::Play:
        path.moveTo(5, 3);
        path.lineTo(13, 8);
        path.lineTo(5, 13);
        path.closeSubpath();
        break;
    case Glyph::Stop:
        path.addRect(4, 4, 8, 8);
        break;
    case Glyph::Save:
        path.moveTo(8, 2.5);
        path.lineTo(8, 10);
        path.moveTo(4.5, 7);
        path.lineTo(8, 10.5);
        path.lineTo(11.5, 7);
        path.moveTo(3, 13.5);
        path.lineTo(13, 13.5);
        break;
    case Glyph::Measure:
        path.moveTo(3, 13.5);
        path.lineTo(3, 9);
        path.moveTo(8, 13.5);
        path.lineTo(8, 3);
        path.moveTo(13, 13.5);
        path.lineTo(13, 6.5);
        break;
    case Glyph::Resume:
        path.arcMoveTo(3, 3, 10, 10, 60);
        path.arcTo(3, 3, 10, 10, 60, 290);
        path.moveTo(10.5, 1.5);
        path.lineTo(10.6, 4.2);
        path.lineTo(7.8, 4.6);
        break;
    case Glyph::Search:
        path.addEllipse(2.5, 2.5, 7.5, 7.5);
        path.moveTo(9, 9);
        path.lineTo(13.5, 13.5);
        break;
    }
    return path;
}

class GlyphEngine : public QIconEngine {
public:
    explicit GlyphEngine(Glyph glyph) : m_glyph(glyph) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        const QColor colour = QApplication::palette().color(group, QPalette::ButtonText);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->translate(rect.topLeft());
        painter->scale(rect.width() / 16.0, rect.height() / 16.0);
        painter->setPen(QPen(colour, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->setBrush(m_glyph == Glyph::Play || m_glyph == Glyph::Stop ? QBrush(colour) : Qt::NoBrush);
        painter->drawPath(outline(m_glyph));
        painter->restore();
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect({}, size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new GlyphEngine(m_glyph); }

private:
    Glyph m_glyph;
};

} // namespace

QIcon glyphIcon(Glyph glyph)
{
    return QIcon(new GlyphEngine(glyph));
}

QIcon applicationIcon()
{
    QIcon icon;
    for (const int size : {16, 32, 64, 128, 256}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.scale(size / 16.0, size / 16.0);
        painter.setBrush(QColor(0x1c, 0x2b, 0x3a));
        painter.setPen(Qt::NoPen);
        painter.drawRoundedRect(QRectF(0.5, 0.5, 15, 15), 3.5, 3.5);
        QPainterPath other;
        other.moveTo(2.5, 8);
        other.cubicTo(7, 8, 8, 11.5, 13.5, 11.5);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(QColor(0x6a, 0x7d, 0x90), 1.5, Qt::SolidLine, Qt::RoundCap));
        painter.drawPath(other);
        QPainterPath taken;
        taken.moveTo(2.5, 8);
        taken.cubicTo(7, 8, 8, 4.5, 13.5, 4.5);
        painter.setPen(QPen(QColor(0xf0, 0xa0, 0x30), 1.9, Qt::SolidLine, Qt::RoundCap));
        painter.drawPath(taken);
        icon.addPixmap(pixmap);
    }
    return icon;
}

} // namespace sy
